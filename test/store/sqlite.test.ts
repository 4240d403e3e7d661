import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import { openLog } from '../../src/base/log.ts'
import type { OpenStoreOptions } from '../../src/store/open.ts'
import { openStore } from '../../src/store/open.ts'
import type { Key, Store } from '../../src/store/port.ts'
import type { StoreUnderTest } from '../contract/store/setup.ts'
import { listen, put } from '../contract/store/setup.ts'
import { describeStore } from '../contract/store.ts'
import { openUnderTest } from './under-test.ts'

const START = Date.UTC(2026, 10, 22)
const silent = openLog('silent')

describeStore('SQLite', { open: openTestStore })

it('keeps values out of the tree in which keys are looked up', async () => {
  const file = await newFile()
  await open(file)
  const table = raw(file).prepare(`SELECT wr FROM pragma_table_list('entry')`).get()
  expect(table).toEqual({ wr: 0 })
})

describe('processes', () => {
  it.each([1, 40, 150])(
    'loses no acknowledged commit when the process is killed (-9) after %i',
    { timeout: 30_000 },
    async (after) => {
      const file = await newFile()
      const child = spawnChild(file, 'write')
      let acknowledged = 0
      for await (const line of createInterface(child.stdout)) {
        acknowledged = Number(line)
        if (acknowledged >= after) child.kill('SIGKILL')
      }
      const store = await open(file)
      const last = (await store.get<number>(['last']))?.value ?? 0
      expect(last).toBeGreaterThanOrEqual(acknowledged)
      expect((await store.get(['copy']))?.value).toBe(last)
      expect(await store.count(['all'])).toBe(last)
    },
  )

  it('reports commits of another process', { timeout: 30_000 }, async () => {
    const file = await newFile()
    const store = await open(file)
    const heard = listen(store)
    const child = spawnChild(file, 'increment', 3)
    expect((await once(child, 'exit'))[0]).toBe(0)
    await heard.until('counter', 3)
    expect(heard.names()).toEqual(['counter', 'counter', 'counter'])
    expect((await store.get(['counter']))?.value).toBe(3)
  })

  it('reads many keys as they were at one moment', { timeout: 30_000 }, async () => {
    const file = await newFile()
    const store = await open(file)
    const heard = listen(store)
    spawnChild(file, 'write').stdout.resume()
    await heard.until('last')
    const seen = new Set<unknown>()
    while (seen.size < 200) {
      const [last, copy] = await store.getMany([['last'], ['copy']])
      expect(copy?.value).toBe(last?.value)
      seen.add(last?.value)
      await nextTurn()
    }
  })

  it('lets several open a new file and write it at once', { timeout: 30_000 }, async () => {
    const file = await newFile()
    const children = Array.from({ length: 4 }, () => spawnChild(file, 'increment', 25))
    const exits = await Promise.all(children.map((child) => once(child, 'exit')))
    expect(exits.map(([code]) => code as number)).toEqual([0, 0, 0, 0])
    const store = await open(file)
    expect((await store.get(['counter']))?.value).toBe(100)
  })
})

describe('the change log', () => {
  it('reports a gap when it was trimmed past what a process has seen, and goes on', async () => {
    const file = await newFile()
    const writer = await open(file, { keepChanges: 10 })
    const heard = listen(await open(file))
    await commitInOneTurn(writer, 50)
    await put(writer, ['end'], 1)
    await heard.until('end')
    expect(heard.names()[0]).toBe('gap')
    expect(heard.names().filter((name) => name === 'gap')).toHaveLength(1)
    await put(writer, ['later'], 1)
    await heard.until('later')
    expect(heard.names().slice(-2)).toEqual(['end', 'later'])
  })

  it('reports every commit to a process that is behind, but not too far', async () => {
    const file = await newFile()
    const writer = await open(file, { keepChanges: 1000 })
    const heard = listen(await open(file))
    await commitInOneTurn(writer, 990)
    await heard.until('bulk', 990)
    expect(heard.names()).toHaveLength(990)
  })

  it('is trimmed', async () => {
    const file = await newFile()
    const writer = await open(file, { keepChanges: 20 })
    await commitInOneTurn(writer, 100)
    const rows = raw(file).prepare('SELECT count(*) AS count FROM change').get()
    expect(Number(rows?.['count'])).toBeLessThanOrEqual(22)
  })

  it('reports gaps while it cannot be read, and hears again afterwards', async () => {
    const file = await newFile()
    const { log, lines } = recordingLog()
    const store = await open(file, { log })
    const other = await open(file, { pollMs: 1_000_000 })
    const heard = listen(store)
    expect(store.listening).toBe(true)
    raw(file).exec('ALTER TABLE change RENAME TO away')
    await heard.until('gap', 3)
    expect(store.listening).toBe(false)
    const listening: boolean[] = []
    store.watch((event) => event.kind === 'gap' && listening.push(store.listening))
    raw(file).exec('ALTER TABLE away RENAME TO change')
    await vi.waitFor(() => expect(listening.at(-1)).toBe(true))
    await put(other, ['after'], 1)
    await heard.until('after')
    expect(heard.names().filter((name) => name === 'after')).toHaveLength(1)
    expect(lines.map((line) => line.msg)).toEqual([
      'changes in the database cannot be read',
      'the database can be read again',
    ])
  })
})

describe('expired entries', () => {
  it('leave the file', async () => {
    const file = await newFile()
    const clock = { time: START, now: () => clock.time }
    const store = await open(file, { clock })
    const heard = listen(store)
    const expiresAt = START + 1000
    const keys = Array.from({ length: 1200 }, (_, i) => ['e', String(i)])
    await store.commit({ set: keys.map((key) => ({ key, value: 1, expiresAt })) })
    clock.time = expiresAt
    await heard.until('e', 2400)
    const rows = raw(file).prepare('SELECT count(*) AS count FROM entry').get()
    expect(rows?.['count']).toBe(0)
    expect(heard.names()).toHaveLength(2400)
  })

  it('are gone for readers even while they cannot be deleted, and are deleted later', async () => {
    const file = await newFile()
    const { log, lines } = recordingLog()
    const clock = { time: START, now: () => clock.time }
    const store = await open(file, { clock, log })
    const other = raw(file)
    other.exec(
      `CREATE TRIGGER stuck BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'stuck'); END`,
    )
    await store.commit({ set: [{ key: ['a'], value: 1, expiresAt: START + 1 }] })
    const heard = listen(store)
    clock.time = START + 1
    await vi.waitFor(() => expect(lines).toHaveLength(1))
    expect(lines[0]).toMatchObject({ msg: 'expired entries cannot be deleted' })
    expect(await store.get(['a'])).toBeUndefined()
    other.exec('DROP TRIGGER stuck')
    await heard.until('a')
    expect(heard.names()).toEqual(['a'])
    expect(lines).toHaveLength(1)
  })
})

describe('faults at run time', () => {
  it('answers unavailable with the cause, changes nothing, and heals', async () => {
    const file = await newFile()
    const store = await open(file)
    const heard = listen(store)
    const other = raw(file)
    other.exec(`CREATE TRIGGER full BEFORE INSERT ON entry WHEN NEW.key = CAST(x'6200' AS BLOB)
                BEGIN SELECT RAISE(ABORT, 'no space'); END`)
    const set = ['a', 'b'].map((name) => ({ key: [name], value: 1 }))
    const failure = await store.commit({ set }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(HubgateError)
    expect(failure).toMatchObject({
      code: 'unavailable',
      publicMessage: 'The hub cannot reach its store. Try again soon.',
      cause: { message: 'no space' },
      detail: { store: `sqlite ${file}` },
    })
    expect(await store.count([])).toBe(0)
    other.exec('DROP TRIGGER full')
    expect(await store.commit({ set })).toEqual({ applied: true })
    expect(heard.names()).toEqual(['a', 'b'])
  })

  it('waits for another process to finish its transaction, and goes on serving', async () => {
    const file = await newFile()
    const store = await open(file)
    await put(store, ['a'], 1)
    const other = raw(file)
    other.exec('BEGIN IMMEDIATE')
    let settled = false
    const done = store.commit({ set: [{ key: ['a'], value: 2 }] }).finally(() => {
      settled = true
    })
    await nextTurn()
    expect((await store.get(['a']))?.value).toBe(1)
    expect(settled).toBe(false)
    other.exec('COMMIT')
    expect(await done).toEqual({ applied: true })
    expect((await store.get(['a']))?.value).toBe(2)
  })

  it('answers unavailable when another process never finishes', async () => {
    const file = await newFile()
    const store = await open(file, { pollMs: 1_000_000 })
    raw(file).exec('BEGIN IMMEDIATE')
    let time = 0
    vi.spyOn(performance, 'now').mockImplementation(() => {
      time += 3_000
      return time
    })
    await expect(put(store, ['a'], 1)).rejects.toMatchObject({
      code: 'unavailable',
      cause: { message: 'database is locked' },
    })
    await expect(store.acquireLease('l', 'one', 1000)).rejects.toThrow(HubgateError)
  })
})

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hubgate-store-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'hubgate.sqlite')
}

async function open(file: string, options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  const store = await openStore(`sqlite:${file}`, {
    clock: { now: () => START },
    log: silent,
    pollMs: 5,
    ...options,
  })
  onTestFinished(() => store.close())
  return store
}

async function openTestStore(): Promise<StoreUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'hubgate-store-'))
  const remove = () => rm(folder, { recursive: true })
  return openUnderTest(`sqlite:${join(folder, 'db')}`, { pollMs: 5 }, remove)
}

/** A connection that knows nothing of hubgate, to cause faults with. */
function raw(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 1000 })
  onTestFinished(() => db.close())
  return db
}

function spawnChild(file: string, ...args: (string | number)[]) {
  const program = join(import.meta.dirname, 'sqlite-child.ts')
  const child = spawn(process.execPath, [program, file, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

/** No timer of another connection in this process can fire in between. */
async function commitInOneTurn(store: Store, count: number): Promise<void> {
  const key: Key = ['bulk']
  await Promise.all(Array.from({ length: count }, (_, value) => put(store, key, value)))
}

function recordingLog(): { log: OpenStoreOptions['log']; lines: { msg: string }[] } {
  const lines: { msg: string }[] = []
  const write = (line: string): number => lines.push(JSON.parse(line) as { msg: string })
  return { log: pino({ level: 'info' }, { write: (line: string) => void write(line) }), lines }
}
