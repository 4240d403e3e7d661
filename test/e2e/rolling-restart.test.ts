import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { KernelManager } from '@jupyterlab/services'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ADMIN_TOKEN, eventually, GatewayProcess } from '../support/gateway-process.ts'
import { connectionTo, executeIn } from '../support/jupyter-client.ts'
import { RedisServer } from '../support/redis.ts'

/** Two replicas on one port are restarted one after the other, under load, and nobody notices. */

/** With it the kernel gives connections that a closing listener has not accepted yet to the other one. */
const MIGRATE = '/proc/sys/net/ipv4/tcp_migrate_req'
const before = readFileSync(MIGRATE, 'utf8').trim()

function setMigrate(value: string): void {
  if (readFileSync(MIGRATE, 'utf8').trim() === value) return
  try {
    writeFileSync(MIGRATE, value)
  } catch (cause) {
    const byHand = 'sudo sysctl -w net.ipv4.tcp_migrate_req=1'
    throw new Error(`This test changes a setting of the kernel. Run: ${byHand}`, { cause })
  }
}

let redis: RedisServer
let one: GatewayProcess
let two: GatewayProcess

beforeAll(async () => {
  setMigrate('1')
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
  setMigrate(before)
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

it('not one request fails, and a kernel session goes on', async () => {
  const token = await one.token('ada', ['access:servers!server=ada/'])
  const kernels = new KernelManager({ serverSettings: connectionTo(one, 'ada', token) })
  const kernel = await kernels.startNew({ name: 'python3' })
  await executeIn(kernel, 'x = 41')

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
  expect(await executeIn(kernel, 'x + 1')).toBe('42')
  await kernel.shutdown()
  kernel.dispose()
  kernels.dispose()
})
