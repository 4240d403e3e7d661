import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { classify } from '../../src/edge/classify.ts'
import { Notebook } from '../../src/edge/notebook.ts'
import { openProxy } from '../../src/edge/open-proxy.ts'
import { requestScope } from '../../src/edge/request-scope.ts'
import { Activity } from '../../src/hub/activity/activity.ts'
import type { HubContext } from '../../src/hub/context.ts'
import { keys } from '../../src/hub/keys.ts'
import { issueToken } from '../../src/hub/tokens/tokens.ts'
import { RouteTable } from '../../src/proxy/route-table.ts'
import { StoreCache } from '../../src/store/cache.ts'
import { rawClient, rawUpstream } from '../proxy/raw-connection.ts'
import { eventually } from '../support/gateway-process.ts'
import { openTestHub } from '../support/hub.ts'
import { NO_TRAFFIC } from '../support/no-traffic.ts'
import { makeUser, ownerOf, putServer } from '../support/people.ts'
import { slowStore } from '../support/slow-store.ts'

const PATIENCE_MS = 60_000

async function setUp(url: string) {
  const hub = await openTestHub()
  const ada = await makeUser(hub, 'ada')
  const ready = { phase: 'ready', wanted: 'running' } as const
  await putServer(hub, ada, '', { ...ready, runId: 'run-1', url, secret: 'a-secret' })
  const scopes = ['access:servers!server=ada/']
  const owner = ownerOf(ada)
  const { token } = await issueToken(hub, { owner, scopes, note: '', expiresAt: null })
  const { slow, letGo } = slowStore(hub.store)
  const cache = new StoreCache({ store: slow, clock: hub.clock, max: 100 })
  onTestFinished(() => cache.close())
  const slowHub: HubContext = { ...hub, cache }
  const routes = new RouteTable({ store: hub.store, log: hub.log, baseUrl: '/' })
  await routes.load()
  onTestFinished(() => routes.close())
  const activity = new Activity(hub)
  onTestFinished(() => activity.close())
  const proxy = openProxy(slowHub, activity, NO_TRAFFIC, [routes])
  onTestFinished(() => proxy.pools.close())
  const notebook = new Notebook({ hub: slowHub, strict: slowHub, activity, routes, proxy })
  return { hub, token, routes, notebook, letGo }
}

/** How WebSockets through the notebook's gate ended: `passed on`, or the code of an error. */
async function openServer(notebook: Notebook) {
  const outcomes: string[] = []
  let asked = 0
  const server = createServer()
  server.on('upgrade', (request, socket: Socket, head) => {
    asked += 1
    onTestFinished(() => void socket.destroy())
    const place = classify(request.url ?? '', '/')
    if (place.kind !== 'user') throw new Error('not a server’s')
    notebook.upgrade(request, socket, head, place, requestScope(request)).then(
      () => outcomes.push('passed on'),
      (error: unknown) => outcomes.push(String((error as { code?: string }).code)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, outcomes, asked: () => asked }
}

const handshake = (token: string): string =>
  [
    ...['GET /user/ada/ws HTTP/1.1', 'Host: hub.test', `Authorization: token ${token}`],
    ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
  ].join('\r\n')

it.each([
  ['is passed on to a server that runs', false, ['passed on'], 1],
  ['is not passed on where a server was until just now', true, ['server_not_running'], 0],
])('a WebSocket %s (threats.md P5)', async (_, ends, expected, connections) => {
  const upstream = await rawUpstream()
  const { hub, token, routes, notebook, letGo } = await setUp(upstream.url)
  const { port, outcomes, asked } = await openServer(notebook)
  rawClient(port, handshake(token))
  await eventually('it is looked at who may pass', () => asked() === 1, PATIENCE_MS)
  if (ends) {
    await hub.store.commit({ delete: [keys.server('ada', '')] })
    await eventually('there is no route', () => routes.size === 0, PATIENCE_MS)
  }
  letGo()
  await eventually('it is decided', () => outcomes.length === 1, PATIENCE_MS)
  expect(outcomes).toEqual(expected)
  const arrived = () => upstream.connections.length === connections
  expect(await eventually('it has arrived', arrived, PATIENCE_MS)).toBe(true)
})
