import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { KernelManager, ServerConnection } from '@jupyterlab/services'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ADMIN_TOKEN, eventually, GatewayProcess } from '../support/gateway-process.ts'
import { RedisServer } from '../support/redis.ts'

/** Two replicas on one port are restarted one after the other, under load, and nobody notices. */

/** With it the kernel gives connections that a closing listener has not accepted yet to the other one. */
const MIGRATE = '/proc/sys/net/ipv4/tcp_migrate_req'
const before = readFileSync(MIGRATE, 'utf8')

let redis: RedisServer
let one: GatewayProcess
let two: GatewayProcess

beforeAll(async () => {
  writeFileSync(MIGRATE, '1')
  redis = await RedisServer.start()
  one = await GatewayProcess.start({
    store: redis.url('/0'),
    listen: { reuse_port: true, drain_delay: 0.3 },
    spawner: { kind: 'process', cmd: ['jupyter', 'server'] },
  })
  two = await one.replicaWith(['--port', String(one.port)])
  await one.startServer('ada')
})

afterAll(async () => {
  writeFileSync(MIGRATE, before)
  await two.kill('SIGKILL')
  await one[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

function status(path: string, token: string, agent: Agent | false): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>()
  const headers = { authorization: `token ${token}` }
  const call = request(`${one.url}${path}`, { headers, agent }, (response) => {
    response.on('error', (error) => resolve(error.message))
    response.on('end', () => resolve(response.statusCode ?? 0))
    response.resume()
  })
  call.on('error', (error) => resolve(error.message))
  call.end()
  return promise
}

function connection(token: string): ServerConnection.ISettings {
  return ServerConnection.makeSettings({
    baseUrl: `${one.url}/user/ada/`,
    wsUrl: `${one.url.replace('http', 'ws')}/user/ada/`,
    token,
    appendToken: true,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  })
}

it('not one request fails, and a kernel session goes on', async () => {
  const token = await one.token('ada', ['access:servers!server=ada/'])
  const kernels = new KernelManager({ serverSettings: connection(token) })
  const kernel = await kernels.startNew({ name: 'python3' })
  const execute = async (code: string): Promise<string> => {
    let text = ''
    const future = kernel.requestExecute({ code })
    future.onIOPub = ({ content }) => {
      if ('data' in content) text += String((content.data as Record<string, unknown>)['text/plain'])
    }
    await future.done
    return text
  }
  await execute('x = 41')

  const answers = new Map<number | string, number>()
  let rolling = true
  const load = async (path: string, by: string, agent: Agent | false) => {
    while (rolling) {
      const answer = await status(path, by, agent)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
  }
  const agents = [1, 2].map(() => new Agent({ keepAlive: true, maxSockets: 1 }))
  const loads = [
    load('/hub/api/users', ADMIN_TOKEN, false),
    load('/user/ada/api/status', token, false),
    ...agents.flatMap((agent) => [load('/hub/api/users/ada', ADMIN_TOKEN, agent)]),
    load('/user/ada/api/status', token, new Agent({ keepAlive: true, maxSockets: 1 })),
  ]
  for (const replica of [one, two, one, two]) {
    expect(await replica.kill('SIGTERM')).toBe(0)
    await replica.run()
  }
  rolling = false
  await Promise.all(loads)
  expect([...answers.keys()]).toEqual([200])
  expect(answers.get(200)).toBeGreaterThan(200)

  await eventually('the kernel is connected again', () => kernel.connectionStatus === 'connected')
  expect(await execute('x + 1')).toBe('42')
  await kernel.shutdown()
  kernel.dispose()
  kernels.dispose()
})
