import { deepStrictEqual, ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import { openLog } from '../src/base/log.ts'
import { openStore } from '../src/store/open.ts'
import type { Check, Key, Store } from '../src/store/port.ts'
import type { RedisServer } from '../test/support/redis.ts'
import { median, printTable, ROUNDS, whole } from './figures.ts'
import { redisBenchmark, startRedis } from './redis.ts'

const KEYS = 1_000
const AT_A_TIME = [1, 16]
const WARM_UP_MS = 200
const MEASURE_MS = 1_500

/** How many commands redis-benchmark sends: a second or two of work. */
const PEER_COMMANDS = 40_000

type Operation = 'get' | 'commit'
type Subject = 'SQLite' | 'Redis' | 'redis-benchmark'

/** What redis-benchmark does that comes closest. */
const PEER = { get: 'get', commit: 'set' } as const

const warmKey = (n: number): Key => [
  'bench',
  'warm',
  `student-${String(n % KEYS).padStart(6, '0')}`,
]
const pairKeys = (worker: number): [Key, Key] => [
  ['bench', 'pair', `${worker}`, 'record'],
  ['bench', 'pair', `${worker}`, 'index'],
]

/** Of the size of a user's record. */
const recordOf = (n: number) => ({
  id: `${1_767_225_600_000_000 + n}`,
  name: `student-${String(n).padStart(6, '0')}`,
  admin: false,
  groups: ['course-1', 'course-2'],
  created: 1_767_225_600_000 + n,
})
const VALUE_SIZE = JSON.stringify(recordOf(0)).length

/** A store with the warm keys, which has shown that it answers what it was given. */
class Bench {
  readonly #store: Store
  readonly #guard: Check
  #turn = 0

  private constructor(store: Store, guard: Check) {
    this.#store = store
    this.#guard = guard
  }

  /** @throws AssertionError when a read or a commit does not do what it is measured for */
  static async of(store: Store): Promise<Bench> {
    const set = Array.from({ length: KEYS }, (_, n) => ({ key: warmKey(n), value: recordOf(n) }))
    ok((await store.commit({ set })).applied)
    for (const { key, value } of set) deepStrictEqual((await store.get(key))?.value, value)
    const guard = { key: warmKey(0), version: (await store.get(warmKey(0)))!.version }
    const bench = new Bench(store, guard)
    await bench.#checkCommits()
    return bench
  }

  async #checkCommits(): Promise<void> {
    const keys = pairKeys(0)
    await this.commit(0)
    const outdated = (await this.#store.get(keys[0]))!.version
    await this.commit(0)
    const check = [{ key: keys[0], version: outdated }]
    const refused = await this.#store.commit({ check, set: [{ key: keys[1], value: 'late' }] })
    ok(!refused.applied)
    const pair = await this.#store.getMany(keys)
    const expected = [recordOf(this.#turn), { turn: this.#turn }]
    deepStrictEqual(
      pair.map((entry) => entry?.value),
      expected,
    )
  }

  /** Reads one warm key. */
  async get(): Promise<void> {
    const n = this.#turn++ % KEYS
    const entry = await this.#store.get<{ created: number }>(warmKey(n))
    if (entry?.value.created !== recordOf(n).created) throw new Error('a read answered wrongly')
  }

  /** Writes the worker's two keys provided that a third still has its version. */
  async commit(worker: number): Promise<void> {
    const turn = ++this.#turn
    const [record, index] = pairKeys(worker)
    const { applied } = await this.#store.commit({
      check: [this.#guard],
      set: [
        { key: record, value: recordOf(turn) },
        { key: index, value: { turn } },
      ],
    })
    if (!applied) throw new Error('a commit was refused')
  }
}

/** @returns how often per second the operation came to its end */
async function rateOf(
  operate: (worker: number) => Promise<void>,
  atATime: number,
  signal: AbortSignal,
): Promise<number> {
  const during = async (ms: number): Promise<number> => {
    const begin = performance.now()
    let done = 0
    const work = async (_: unknown, worker: number): Promise<void> => {
      for (; performance.now() - begin < ms; done++) await operate(worker)
    }
    await Promise.all(Array.from({ length: atATime }, work))
    return (done * 1_000) / (performance.now() - begin)
  }
  signal.throwIfAborted()
  await during(WARM_UP_MS)
  return during(MEASURE_MS)
}

interface Task {
  operation: Operation
  atATime: number
  subject: Subject
  rates: number[]
  run(): Promise<number>
}

function tasksFor(
  benches: Record<'SQLite' | 'Redis', Bench>,
  server: RedisServer,
  signal: AbortSignal,
): Task[] {
  const peer = { commands: PEER_COMMANDS, keys: KEYS, size: VALUE_SIZE, signal }
  return (['get', 'commit'] as const).flatMap((operation) =>
    AT_A_TIME.flatMap((atATime) => {
      const what = { operation, atATime }
      const ofStore = (subject: 'SQLite' | 'Redis'): Task => ({
        ...{ ...what, subject, rates: [] },
        run: () => rateOf((worker) => benches[subject][operation](worker), atATime, signal),
      })
      const ofPeer: Task = {
        ...{ ...what, subject: 'redis-benchmark', rates: [] },
        run: () => redisBenchmark(server, { ...peer, command: PEER[operation], atATime }),
      }
      return [ofStore('SQLite'), ofStore('Redis'), ofPeer]
    }),
  )
}

function rowsOf(tasks: readonly Task[]): string[][] {
  return (['get', 'commit'] as const).flatMap((operation) =>
    AT_A_TIME.map((atATime) => {
      const ratesOf = (subject: Subject): number[] =>
        tasks.find(
          (task) =>
            task.operation === operation && task.atATime === atATime && task.subject === subject,
        )!.rates
      const peers = ratesOf('redis-benchmark')
      const ratio = (subject: Subject): string =>
        median(ratesOf(subject).map((rate, round) => rate / peers[round]!)).toFixed(2)
      return [
        `${operation} beside ${PEER[operation].toUpperCase()}`,
        `${atATime}`,
        ...(['SQLite', 'Redis', 'redis-benchmark'] as const).map((subject) =>
          whole(median(ratesOf(subject))),
        ),
        ...[ratio('SQLite'), ratio('Redis')],
      ]
    }),
  )
}

/** Reads and commits per second of both drivers beside what redis-benchmark reaches in the same run. */
export async function benchStore(signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack()
  const dir = await mkdtemp(join(tmpdir(), 'hubgate-bench-'))
  cleanup.defer(() => rm(dir, { recursive: true, force: true }))
  const server = cleanup.use(await startRedis())
  const open = async (url: string): Promise<Bench> => {
    const store = await openStore(url, { clock: systemClock, log: openLog('silent') })
    cleanup.defer(() => store.close())
    return Bench.of(store)
  }
  const benches = {
    SQLite: await open(`sqlite:${join(dir, 'hubgate.sqlite')}`),
    Redis: await open(server.url('/0')),
  }
  const tasks = tasksFor(benches, server, signal)
  // Fills the keys that GET then finds.
  const fill = { command: 'set', atATime: 16, commands: 20 * KEYS } as const
  await redisBenchmark(server, { ...fill, keys: KEYS, size: VALUE_SIZE, signal })
  for (let round = 0; round < ROUNDS; round++) {
    for (const task of round % 2 === 0 ? tasks : tasks.toReversed()) {
      task.rates.push(await task.run())
    }
  }
  printTable(
    `store: operations per second, median of ${ROUNDS} rounds; ${KEYS} keys, ${VALUE_SIZE} bytes a value, Redis with appendfsync everysec`,
    [
      [
        ...['operation', 'at a time', 'SQLite', 'Redis', 'redis-benchmark'],
        ...['SQLite / r-b', 'Redis / r-b'],
      ],
      ...rowsOf(tasks),
    ],
  )
}
