import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { HubgateError } from '../../src/base/errors.ts'
import { openLog } from '../../src/base/log.ts'
import { checkRequest } from '../../src/edge/check-request.ts'
import type { Traffic } from '../../src/metrics/traffic.ts'
import { Connections } from '../../src/proxy/connections.ts'
import { forward } from '../../src/proxy/forward.ts'
import type { Passage, ProxyTimeouts } from '../../src/proxy/passage.ts'
import { refuseWithError } from '../../src/proxy/refuse-upgrade.ts'
import type { Route } from '../../src/proxy/route.ts'
import { upgrade } from '../../src/proxy/upgrade.ts'
import { UpstreamPools } from '../../src/proxy/upstream-pools.ts'
import { NO_TRAFFIC } from './no-traffic.ts'

/** What servers are sent as theirs in tests. */
export const SECRET = 'the-servers-own-secret'

/** A route to somewhere, with a key of its own. */
export function testRoute(url: string, runId = 'run-1'): Route {
  return {
    user: 'ada',
    userId: '1',
    server: '',
    fullName: 'ada/',
    runId,
    url,
    prefix: '/user/ada/',
    auth: 'gateway',
    secret: SECRET,
    key: `${runId} ${url}`,
  }
}

export interface HarnessOptions {
  connectTimeoutMs?: number
  firstByteTimeoutMs?: number
  timeouts?: Partial<ProxyTimeouts>
  traffic?: Traffic
  /** Whether those who pass are known, which counts as a use of the server. */
  isUse?: boolean
}

export interface Harness {
  port: number
  url: string
  route: Route
  passage: Passage
  connections: Connections
  pools: UpstreamPools
  /** How often the server was noted as used. */
  touches: () => number
  /** How each exchange ended, in order: `ok` or the code of an error. */
  outcomes: string[]
  server: Server
}

/** The proxy behind a listener of its own, without the rest of the gateway: everybody may pass. */
export async function openHarness(url: string, options: HarnessOptions = {}): Promise<Harness> {
  const { connectTimeoutMs = 2_000, firstByteTimeoutMs = 4_000, isUse = true } = options
  const { traffic = NO_TRAFFIC } = options
  const timeouts: ProxyTimeouts = {
    connectMs: connectTimeoutMs,
    firstByteMs: firstByteTimeoutMs,
    idleMs: 0,
    webSocketIdleMs: 0,
    webSocketPingMs: 0,
    ...options.timeouts,
  }
  const pools = new UpstreamPools(timeouts, traffic)
  const connections = new Connections()
  const outcomes: string[] = []
  let touched = 0
  const passage: Passage = {
    proxy: {
      pools,
      connections,
      clock: systemClock,
      log: openLog('silent'),
      baseUrl: '/',
      traffic,
      timeouts,
      touch: () => {
        touched += 1
      },
    },
    credentialId: 'credential-1',
    visitor: { key: 'user 1', isOwner: true },
    clientAddress: '127.0.0.1',
    proto: 'http',
    authorization: `token ${SECRET}`,
    clientCookies: null,
    isUse,
    recheck: () => Promise.resolve('pass'),
  }
  const route = testRoute(url)

  async function onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-Request-Id', 'test')
    try {
      const fault = checkRequest(request)
      if (fault !== null) {
        response.shouldKeepAlive = false
        throw fault
      }
      await forward(request, response, route, passage)
      outcomes.push('ok')
    } catch (error) {
      const code = error instanceof HubgateError ? error.code : 'internal'
      outcomes.push(code)
      const status = error instanceof HubgateError ? error.status : 500
      const body = `{"code":"${code}"}`
      response.writeHead(status, { 'content-length': body.length }).end(body)
    }
  }

  async function onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const fault = checkRequest(request)
    if (fault === null) await upgrade(request, socket, head, route, passage)
    else refuseWithError(socket, fault)
    outcomes.push('upgrade')
  }

  const server = createServer({ requestTimeout: 0 })
  server.maxHeadersCount = 0
  server.on('request', (request, response) => void onRequest(request, response))
  server.on('upgrade', (request, socket, head) => void onUpgrade(request, socket as Socket, head))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    pools.close()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    route,
    passage,
    connections,
    pools,
    touches: () => touched,
    outcomes,
    server,
  }
}
