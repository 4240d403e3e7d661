import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runningRuns } from '../support/chaos.ts'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import type { ConfigInput } from '../support/hub.ts'
import { plainRequest } from '../support/plain-request.ts'
import { RedisServer } from '../support/redis.ts'

/** POST /hub/api/shutdown: all replicas on the store end by themselves with exit code 0. */

const UPSTREAM = resolve('test/support/upstream-app.ts')
/** Takes a second to end when it is asked to. */
const SLOW = `process.on('SIGTERM', () => setTimeout(() => process.exit(0), 1000)); import(process.argv[1])`

const spawner = (...script: string[]) => ({
  kind: 'process' as const,
  cmd: [process.execPath, ...script, '{port}', '{base_url}'],
  poll_interval: 1,
})

interface Hub extends AsyncDisposable {
  one: GatewayProcess
  two: GatewayProcess
}

async function openHub(kind: 'SQLite' | 'Redis', config: ConfigInput): Promise<Hub> {
  const redis = kind === 'Redis' ? await RedisServer.start() : undefined
  const store = redis === undefined ? {} : { store: redis.url('/0') }
  const one = await GatewayProcess.start({ ...store, ...config })
  const two = await one.replica()
  return {
    one,
    two,
    [Symbol.asyncDispose]: async () => {
      await two.kill('SIGKILL')
      await one[Symbol.asyncDispose]()
      await redis?.[Symbol.asyncDispose]()
    },
  }
}

async function ready({ url }: GatewayProcess) {
  const { text } = await plainRequest('GET', `${url}/hub/ready`)
  return JSON.parse(text) as { ready: boolean; ending: boolean; store: string }
}

describe.each(['SQLite', 'Redis'] as const)('with %s', (kind) => {
  it('ends every replica and leaves the servers to those that start later', async () => {
    await using hub = await openHub(kind, { spawner: spawner(UPSTREAM) })
    const { one, two } = hub
    await one.startServer('ada')
    const runs = runningRuns(one)
    expect(runs).toHaveLength(1)

    const answer = await two.api('POST', '/shutdown')
    expect([answer.status, answer.body]).toEqual([202, { message: 'Shutting down Hub' }])
    expect(await Promise.all([one.ended(), two.ended()])).toEqual([0, 0])
    expect(runningRuns(one)).toEqual(runs)

    await one.run()
    await two.run()
    const { body } = await two.api<{ ready: boolean }>('GET', '/users/ada/server')
    expect(body).toMatchObject({ ready: true })
    expect(await ready(one)).toMatchObject({ ready: true, ending: false })
    expect((await one.api('POST', '/shutdown', { json: { proxy: true } })).status).toBe(202)
    expect(await Promise.all([one.ended(), two.ended()])).toEqual([0, 0])
  })

  it('stops the servers first when that is asked, and says meanwhile that it ends', async () => {
    await using hub = await openHub(kind, { spawner: spawner('-e', SLOW, '--', UPSTREAM) })
    const { one, two } = hub
    for (const name of ['ada', 'grace']) await one.startServer(name)
    await one.startServer('ada', 'gpu')
    expect(runningRuns(one)).toHaveLength(3)

    const { status } = await one.api('POST', '/shutdown', { json: { servers: true } })
    expect(status).toBe(202)
    for (const replica of [one, two]) {
      const said = await eventually('it says so', async () => {
        const now = await ready(replica)
        return now.ending && now
      })
      expect(said).toEqual({ ready: false, ending: true, store: 'ok' })
    }
    expect(await Promise.all([one.ended(), two.ended()])).toEqual([0, 0])
    expect(runningRuns(one)).toEqual([])

    await one.run()
    for (const path of ['ada/server', 'grace/server', 'ada/servers/gpu']) {
      const { body } = await one.api('GET', `/users/${path}`)
      expect(body, path).toMatchObject({ stopped: true, ready: false, pending: null })
    }
  })
})

it('still serves while a load balancer takes notice', async () => {
  await using gateway = await GatewayProcess.start({ listen: { drain_delay: 2 } })
  expect((await gateway.api('POST', '/shutdown')).status).toBe(202)
  await eventually('it says so', async () => {
    return (await plainRequest('GET', `${gateway.url}/hub/health`)).status === 503
  })
  expect((await gateway.api('GET', '/user')).status).toBe(200)
  expect(await gateway.ended()).toBe(0)
})

it('goes on when nobody may ask for that', async () => {
  await using gateway = await GatewayProcess.start()
  await gateway.api('POST', '/users/ada')
  const token = await gateway.token('ada')
  for (const who of [token, null]) {
    expect((await gateway.api('POST', '/shutdown', { token: who })).status).toBe(403)
  }
  expect((await gateway.api('POST', '/shutdown', { json: { servers: 'all' } })).status).toBe(400)
  expect(await ready(gateway)).toEqual({ ready: true, ending: false, store: 'ok' })
})
