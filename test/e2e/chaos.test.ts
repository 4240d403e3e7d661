import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Promised, runningRuns, seeded, settledRuns } from '../support/chaos.ts'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import { RedisServer } from '../support/redis.ts'

/**
 * kill -9 of replicas at random moments, under load, on one Redis. What an answer promised is kept,
 * nothing is there twice, and what runs is what the store says runs. CHAOS_SEED repeats a run,
 * CHAOS_ROUNDS makes it longer.
 */

const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 50)
/** Servers get the time to settle so often; what the answers promised is compared in each round. */
const SETTLE_EVERY = 20
const SEED = Number(process.env['CHAOS_SEED'] ?? 20261122)
const SERVER_USERS = ['ada', 'grace', 'edsger', 'barbara']

let redis: RedisServer
let replicas: GatewayProcess[]

beforeAll(async () => {
  redis = await RedisServer.start({ settings: ['--appendonly', 'yes'] })
  const first = await GatewayProcess.start({
    store: redis.url('/0'),
    slow_spawn_timeout: 1,
    spawner: {
      kind: 'process',
      cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
      poll_interval: 2,
      stop_timeout: 3,
    },
  })
  replicas = [first, await first.replica(), await first.replica()]
  await first.api('POST', '/users', { json: { usernames: SERVER_USERS } })
  await first.api('POST', '/groups/class')
})

afterAll(async () => {
  const [first, ...others] = replicas
  await Promise.all(others.map((replica) => replica.kill('SIGKILL')))
  await first?.[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

/** A replica hears of what another committed within this, in milliseconds. */
const BOUND_MS = 2000

async function expectKept(promised: Promised, replica: GatewayProcess): Promise<void> {
  let broken = ['never looked']
  const keeps = async () => {
    broken = await promised.brokenAt(replica)
    return broken.length === 0
  }
  await eventually('the replica keeps what was promised', keeps, BOUND_MS).catch(() => undefined)
  expect(broken).toEqual([])
}

async function expectTruth(promised: Promised): Promise<void> {
  for (const replica of replicas) await expectKept(promised, replica)
  const [first] = replicas as [GatewayProcess]
  await eventually('the processes are those of the store', async () => {
    const wanted = await settledRuns(first)
    const running = runningRuns(first)
    return JSON.stringify(wanted) === JSON.stringify(running)
  })
}

it(`keeps its promises through ${ROUNDS} rounds (seed ${SEED})`, {
  timeout: 12_000 * ROUNDS,
}, async () => {
  const random = seeded(SEED)
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item
  const promised = new Promised()
  let made = 0

  const live = () => promised.tokens.filter(({ known }) => known === 'there')
  const names = () =>
    [...promised.users].filter(([, known]) => known === 'there').map(([name]) => name)

  /** What is done and how often, in hundredths; each at a random replica. */
  const operations: [number, (replica: GatewayProcess, user: string) => Promise<unknown>][] = [
    [30, (replica, user) => replica.api('POST', `/users/${user}/server`)],
    [15, (replica, user) => replica.api('DELETE', `/users/${user}/server`)],
    [15, (replica, user) => promised.createToken(replica, pick([...names(), user]))],
    [15, async (replica) => live().length > 0 && promised.revokeToken(replica, pick(live()))],
    [5, (replica, user) => promised.join(replica, user)],
    [5, (replica, user) => promised.leave(replica, user)],
    [7, async (replica) => names().length > 0 && promised.deleteUser(replica, pick(names()))],
    [8, (replica) => promised.createUser(replica, `user${++made}`)],
  ]
  const dice = operations.flatMap(([weight, act]) => Array.from({ length: weight }, () => act))
  const operation = () => pick(dice)(pick(replicas), pick(SERVER_USERS))

  for (let round = 1; round <= ROUNDS; round++) {
    const victim = pick(replicas)
    // Calls to the replica that is killed end without an answer: both outcomes are possible then.
    const calls = Array.from({ length: 6 }, async () => operation().catch(() => undefined))
    await delay(random() * 250)
    await victim.kill('SIGKILL')
    await Promise.all(calls)
    await victim.run()
    await expectKept(promised, pick(replicas))
    if (round % SETTLE_EVERY === 0) await expectTruth(promised)
  }
  await expectTruth(promised)
  expect(promised.tokens.length).toBeGreaterThan(ROUNDS / 4)
  expect(promised.users.size).toBeGreaterThan(ROUNDS / 10)
})
