import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import { RedisServer } from '../support/redis.ts'
import { startStallingProxy } from '../support/stalling-proxy.ts'

/** Redis goes away in every way that it can, and comes back (invariant 4). */

const GRACE = 4

let redis: RedisServer
let one: GatewayProcess
let two: GatewayProcess
let notebook: Record<string, string>

beforeEach(async () => {
  redis = await RedisServer.start({ settings: ['--appendonly', 'yes', '--appendfsync', 'always'] })
  one = await GatewayProcess.start({
    store: redis.url('/0'),
    store_grace: GRACE,
    spawner: {
      kind: 'process',
      cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
    },
  })
  two = await one.replica()
  await one.startServer('ada')
  const token = await one.token('ada', ['access:servers!server=ada/'])
  notebook = { authorization: `token ${token}` }
  for (const replica of [one, two]) expect(await visit(replica)).toBe(200)
})

afterEach(async () => {
  await two.kill('SIGKILL')
  await one[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

/** The status of a notebook request, with a token that was used before unless another is given. */
async function visit(replica: GatewayProcess, headers = notebook): Promise<number> {
  const response = await fetch(`${replica.url}/user/ada/x`, { headers })
  await response.arrayBuffer()
  return response.status
}

const users = async (replica: GatewayProcess) => {
  const { status, body } = await replica.api<{ name: string }[]>('GET', '/users')
  return status === 200 ? body.map(({ name }) => name).toSorted() : status
}

async function expectOutage(replica: GatewayProcess): Promise<void> {
  const answer = await eventually('the hub says 503', async () => {
    const response = await replica.api('GET', '/users')
    return response.status === 503 && response
  })
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(answer.body).toMatchObject({ status: 503 })
  expect((await fetch(`${replica.url}/hub/ready`)).status).toBe(503)
  expect((await fetch(`${replica.url}/hub/health`)).status).toBe(200)
}

/** Traffic that was authorized goes on, what nobody authorized does not, and after the grace nothing. */
async function expectGrace(replica: GatewayProcess): Promise<void> {
  expect(await visit(replica)).toBe(200)
  expect(await visit(replica, { authorization: 'token hgn_nobody_knows_this_one' })).not.toBe(200)
  await eventually('the grace is over', async () => (await visit(replica)) === 503)
  expect(await visit(replica)).toBe(503)
}

async function expectHealed(replica: GatewayProcess, before: unknown): Promise<void> {
  await eventually('the hub answers', async () => Array.isArray(await users(replica)))
  expect(await users(replica)).toEqual(before)
  await eventually('it is ready', async () => (await fetch(`${replica.url}/hub/ready`)).ok)
  expect(await visit(replica)).toBe(200)
}

describe.each([
  ['stopped and restarted', { lose: () => redis.kill('SIGTERM'), back: () => redis.start() }],
  ['killed and restarted', { lose: () => redis.kill('SIGKILL'), back: () => redis.start() }],
  ['paused', { lose: async () => redis.pause(), back: async () => redis.resume() }],
])('Redis %s', (_name, { lose, back }) => {
  it('503, grace, 503; then all is well again, without a restart and without a loss', async () => {
    await one.api('POST', '/users', { json: { usernames: ['grace', 'edsger'] } })
    const before = await users(one)
    const pids = one.serverProcesses()
    await lose()
    await Promise.all([one, two].map(expectOutage))
    await Promise.all([one, two].map(expectGrace))
    await back()
    await Promise.all([one, two].map((replica) => expectHealed(replica, before)))
    expect(one.serverProcesses()).toEqual(pids)
  })
})

it('a change that was not stored is not reported done', async () => {
  await redis.kill('SIGKILL')
  const made = await one.api('POST', '/users/nobody')
  expect(made.status).toBe(503)
  await redis.start()
  await eventually('the hub answers', async () => Array.isArray(await users(one)))
  expect(await users(one)).not.toContain('nobody')
})

it('the notice connection alone killed: what is revoked meanwhile is refused within a second', async () => {
  const admin = await redis.admin()
  for (let round = 0; round < 5; round++) {
    const made = await one.api<{ id: string; token: string }>('POST', '/users/ada/tokens', {
      json: { scopes: ['access:servers!server=ada/'] },
    })
    const headers = { authorization: `token ${made.body.token}` }
    expect(await visit(two, headers)).toBe(200)
    await admin.client('KILL', 'TYPE', 'PUBSUB')
    expect((await one.api('DELETE', `/users/ada/tokens/${made.body.id}`)).status).toBe(204)
    await eventually('it is refused', async () => (await visit(two, headers)) === 403, 1000)
    expect(await visit(two)).toBe(200)
  }
})

it('one replica cut off: it stops trusting itself, the other serves on, and it heals', async () => {
  await using line = await startStallingProxy(redis.port)
  const cut = await one.replicaWith(['--store', `redis://127.0.0.1:${line.port}/0`])
  try {
    expect(await visit(cut)).toBe(200)
    const made = await one.api<{ id: string; token: string }>('POST', '/users/ada/tokens', {
      json: { scopes: ['access:servers!server=ada/'] },
    })
    const headers = { authorization: `token ${made.body.token}` }
    expect(await visit(cut, headers)).toBe(200)
    line.stall('')
    expect((await one.api('DELETE', `/users/ada/tokens/${made.body.id}`)).status).toBe(204)
    await delay(GRACE * 1000)
    await eventually(
      'nothing is accepted any more',
      async () => (await visit(cut, headers)) !== 200,
      3000,
    )
    expect(await users(one)).toContain('ada')
    await eventually('it heals', async () => (await visit(cut)) === 200)
    expect(await visit(cut, headers)).toBe(403)
  } finally {
    await cut.kill('SIGKILL')
  }
})
