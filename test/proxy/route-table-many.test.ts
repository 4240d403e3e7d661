import { expect, it, onTestFinished } from 'vitest'
import { openLog } from '../../src/base/log.ts'
import { keys } from '../../src/hub/keys.ts'
import type { ServerRecord } from '../../src/model/server.ts'
import { RouteTable } from '../../src/proxy/route-table.ts'
import type { Entry, Key, ListOptions, Store, StoreEvent } from '../../src/store/port.ts'

const MANY = 100_000

function record(n: number, runId = `run-${n}`): ServerRecord {
  return {
    id: `id-${n}`,
    user: userOf(n),
    userId: `u${n}`,
    name: '',
    displayName: '',
    created: 1,
    wanted: 'running',
    phase: 'ready',
    since: 1,
    by: userOf(n),
    deadline: null,
    runId,
    started: 1,
    url: `http://127.0.0.1:${10_000 + (n % 50_000)}`,
    secret: 'secret',
    spawnerState: null,
    userOptions: null,
    failure: null,
    remove: false,
  }
}

const userOf = (n: number): string => `user-${String(n).padStart(6, '0')}`

const numberOf = ([, user = '']: Key): number => Number(user.slice('user-'.length))

/** Ready servers in memory, as a store has them, whose reads can be watched and held up. */
class ManyServers {
  readonly records = new Map<number, ServerRecord>()
  readonly #listeners = new Set<(event: StoreEvent) => void>()
  /** The most entries that one read asked for or answered. */
  largest = 0
  reads = 0
  /** Called before each read is answered. */
  beforeRead: (read: number) => void | Promise<void> = () => undefined

  constructor(count: number) {
    for (let n = 0; n < count; n++) this.put(n)
  }

  put(n: number, runId?: string): void {
    this.records.set(n, record(n, runId))
  }

  remove(n: number): void {
    this.records.delete(n)
  }

  tell(event: StoreEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  tellOf(...numbers: number[]): void {
    this.tell({ kind: 'changed', keys: numbers.map((n) => keys.server(userOf(n), '')) })
  }

  get store(): Store {
    const part: Pick<Store, 'getMany' | 'list' | 'watch'> = {
      getMany: <Value>(wanted: readonly Key[]) => this.#getMany<Value>(wanted),
      list: <Value>(_: Key, options?: ListOptions) => this.#list<Value>(options),
      watch: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
    return part as Store
  }

  async #getMany<Value>(wanted: readonly Key[]): Promise<(Entry<Value> | undefined)[]> {
    this.largest = Math.max(this.largest, wanted.length)
    const found = wanted.map((key) => this.records.get(numberOf(key)))
    await this.beforeRead(this.reads++)
    return found.map((value, i) => value && entryOf<Value>(wanted[i] ?? [], value))
  }

  #list<Value>({ limit = MANY, after }: ListOptions = {}): Promise<Entry<Value>[]> {
    const page: Entry<Value>[] = []
    for (let n = after === undefined ? 0 : numberOf(after) + 1; n < 2 * MANY; n++) {
      if (page.length === limit) break
      if (this.records.has(n)) page.push(entryOf<Value>(keys.activeServer(userOf(n), ''), {}))
    }
    this.largest = Math.max(this.largest, page.length)
    return Promise.resolve(page)
  }
}

function entryOf<Value>(key: Key, value: unknown): Entry<Value> {
  return { key, value: value as Value, version: '1', expiresAt: null }
}

async function open(servers: ManyServers): Promise<RouteTable> {
  const table = new RouteTable({ store: servers.store, log: openLog('silent'), baseUrl: '/' })
  onTestFinished(() => table.close())
  await table.load()
  return table
}

const runOf = (table: RouteTable, n: number): string | undefined =>
  table.find(userOf(n), 'lab')?.runId

it('has a hundred thousand routes, read in slices', async () => {
  const servers = new ManyServers(MANY)
  const table = await open(servers)
  expect(table.all()).toHaveLength(MANY)
  expect(servers.largest).toBeLessThanOrEqual(500)
  const wrong = Array.from({ length: MANY }, (_, n) => n).filter(
    (n) => runOf(table, n) !== `run-${n}`,
  )
  expect(wrong).toEqual([])
  expect(runOf(table, MANY)).toBeUndefined()
})

it('reads of a change what changed, and nothing else', async () => {
  const servers = new ManyServers(MANY)
  const table = await open(servers)
  const gone: string[] = []
  table.onGone(({ runId }) => gone.push(runId))
  servers.largest = 0
  servers.reads = 0
  servers.put(7, 'again')
  servers.put(MANY)
  servers.remove(8)
  servers.tellOf(7, 8, MANY)
  await table.settled()
  expect([servers.reads, servers.largest]).toEqual([1, 3])
  expect([7, 8, 9, MANY].map((n) => runOf(table, n))).toEqual([
    'again',
    undefined,
    'run-9',
    `run-${MANY}`,
  ])
  expect(gone.sort()).toEqual(['run-7', 'run-8'])
  expect(table.all()).toHaveLength(MANY)
})

it('serves while everything is read again, and reads what changes meanwhile first', async () => {
  const servers = new ManyServers(20_000)
  const table = await open(servers)
  const gone: string[] = []
  table.onGone(({ runId }) => gone.push(runId))
  servers.remove(19_999)
  servers.put(20_000)
  servers.reads = 0
  const seen: (string | undefined)[] = []
  let turns = 0
  const others = setInterval(() => turns++)
  onTestFinished(() => clearInterval(others))
  servers.beforeRead = (read) => {
    if (read === 10) {
      servers.put(15_000, 'meanwhile')
      servers.tellOf(15_000)
    }
    if (read === 14) seen.push(runOf(table, 15_000), runOf(table, 100), runOf(table, 19_999))
  }
  servers.tell({ kind: 'gap' })
  await table.settled()
  expect(seen).toEqual(['meanwhile', 'run-100', 'run-19999'])
  expect(turns).toBeGreaterThan(0)
  expect(gone.sort()).toEqual(['run-15000', 'run-19999'])
  expect(runOf(table, 19_999)).toBeUndefined()
  expect(runOf(table, 20_000)).toBe('run-20000')
  expect(table.all()).toHaveLength(20_000)
})

it('begins again when it fails in the middle, and serves what it knows until then', async () => {
  const servers = new ManyServers(5_000)
  const table = await open(servers)
  servers.remove(1)
  servers.remove(4_999)
  servers.reads = 0
  servers.beforeRead = (read) => {
    if (read === 10) throw new Error('the store is gone')
  }
  servers.tell({ kind: 'gap' })
  await table.settled()
  expect(runOf(table, 4_999)).toBe('run-4999')
  await expect.poll(() => table.all().length, { timeout: 60_000 }).toBe(4_998)
  expect([1, 2, 4_999].map((n) => runOf(table, n))).toEqual([undefined, 'run-2', undefined])
})

it('stops in the middle when it is closed', async () => {
  const servers = new ManyServers(5_000)
  const table = await open(servers)
  servers.reads = 0
  servers.beforeRead = (read) => {
    if (read === 5) table.close()
  }
  servers.tell({ kind: 'gap' })
  await table.settled()
  expect(servers.reads).toBeLessThan(10)
  expect(runOf(table, 4_999)).toBe('run-4999')
})
