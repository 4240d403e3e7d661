import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { openStore } from '../../src/store/open.ts'
import { StoreOpenError } from '../../src/store/open-error.ts'
import type { Store } from '../../src/store/port.ts'
import { put } from '../contract/store/setup.ts'

const NOBODY = 65_534
const log = openLog('silent')
let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hubgate-open-'))
  file = join(folder, 'hubgate.sqlite')
  return () => rm(folder, { recursive: true, force: true })
})

describe('openStore', () => {
  it('opens the same data again, by an absolute or a relative path', async () => {
    const first = await open(file)
    await first.commit({ set: [{ key: ['a'], value: 1 }] })
    await first.close()
    const again = await open(relative(process.cwd(), file))
    expect((await again.get(['a']))?.value).toBe(1)
    expect(again.description).toBe(`sqlite ${relative(process.cwd(), file)}`)
  })

  it.each(['postgres://ada:hunter2@db/hub', 'mysql://:hunter2@cache', 'var/hubgate.sqlite', ''])(
    'refuses an address that is not its own, without repeating it: %j',
    async (url) => {
      const failure = await failureOf(openStore(url, { clock: systemClock, log }))
      expect(failure.message).toContain('sqlite:PATH')
      expect(failure.message).not.toContain('hunter2')
    },
  )

  it.each(['', ':memory:', '//localhost/x', '///var/x'])('refuses the path %j', async (path) => {
    const failure = await failureOf(open(path))
    expect(failure.message).toContain('sqlite:var/hubgate.sqlite')
  })

  it.each([
    ['no database', () => Buffer.from('port: 8000\n'.repeat(1000))],
    ['a damaged one', damagedDatabase],
  ])('refuses a file that is %s, leaves it alone and says what to do', async (_what, content) => {
    const before = content()
    writeFileSync(file, before)
    const failure = await failureOf(open(file))
    expect(failure.message).toContain(file)
    expect(failure.message).toMatch(/not a database|malformed/)
    expect(failure.message).toContain('Restore it from a backup')
    expect(failure.cause).toBeInstanceOf(Error)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('refuses a database of a newer hubgate', async () => {
    await (await open(file)).close()
    runSql('PRAGMA user_version = 99')
    const failure = await failureOf(open(file))
    expect(failure.message).toContain(`${file} was written by another version of hubgate`)
    expect(failure.message).toContain('schema 99; this one knows 1')
    expect(runSql('SELECT count(*) AS entries FROM entry')).toEqual({ entries: 0 })
  })

  it('refuses a database of another program, and does not touch it', async () => {
    runSql('CREATE TABLE users (name TEXT)')
    const before = readFileSync(file)
    const failure = await failureOf(open(file))
    expect(failure.message).toContain(`${file} is a database of another program`)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('refuses a database that lacks a table, with its name', async () => {
    await (await open(file)).close()
    runSql('DROP TABLE lease')
    expect((await failureOf(open(file))).message).toContain(`${file}: no such table: lease`)
  })

  it('takes an empty file for a new database', async () => {
    writeFileSync(file, '')
    expect(await (await open(file)).count([])).toBe(0)
  })

  it('refuses a directory', async () => {
    mkdirSync(file)
    expect((await failureOf(open(file))).message).toContain(`${file} is not a file.`)
  })

  it('refuses a path below a file', async () => {
    writeFileSync(file, '')
    const failure = await failureOf(open(join(file, 'sub', 'db')))
    expect(failure.message).toContain(`${join(file, 'sub', 'db')}: ENOTDIR`)
    expect(failure.message).toContain('store: sqlite:PATH')
  })

  it.each([
    ['make the file', join('locked', 'db')],
    ['make the directory', join('locked', 'sub', 'db')],
  ])('says so when it may not %s', async (_what, path) => {
    const locked = join(folder, 'locked')
    mkdirSync(locked)
    await becomeOrdinaryUser(locked, 0o500)
    const failure = await failureOf(open(join(folder, path)))
    expect(failure.message).toContain(`${join(folder, path)}: EACCES`)
    expect(failure.message).toContain('the user who runs hubgate can write')
  })

  it('says so when it may not write a file that exists', async () => {
    await (await open(file)).close()
    await becomeOrdinaryUser(file, 0o400)
    const failure = await failureOf(open(file))
    expect(failure.message).toContain(file)
    expect(failure.message).toContain('the user who runs hubgate can write')
  })

  it('says so when another program keeps the file locked', async () => {
    await (await open(file)).close()
    const other = new DatabaseSync(file)
    onTestFinished(() => other.close())
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    let time = 0
    vi.spyOn(performance, 'now').mockImplementation(() => {
      time += 3_000
      return time
    })
    expect((await failureOf(open(file))).message).toContain('Another program keeps it locked')
  })
})

describe('the file', () => {
  it('is readable by its owner only, in directories made for it', async () => {
    const below = join(folder, 'var', 'lib')
    await put(await open(join(below, 'hubgate.sqlite')), ['a'], 1)
    expect(readdirSync(below).toSorted()).toEqual(
      ['', '-shm', '-wal'].map((suffix) => `hubgate.sqlite${suffix}`),
    )
    for (const name of readdirSync(below)) expect(modeOf(join(below, name))).toBe('600')
    expect([modeOf(below), modeOf(join(below, '..'))]).toEqual(['700', '700'])
  })

  it('is closed to others when it was open to them, with its companions', async () => {
    const first = await open(file)
    await put(first, ['a'], 1)
    const files = [file, `${file}-wal`, `${file}-shm`]
    for (const one of files) await chmod(one, 0o644)
    await open(file)
    expect(files.map(modeOf)).toEqual(['600', '600', '600'])
  })
})

async function open(path: string): Promise<Store> {
  const store = await openStore(`sqlite:${path}`, { clock: systemClock, log })
  onTestFinished(() => store.close())
  return store
}

async function failureOf(opening: Promise<Store>): Promise<StoreOpenError> {
  const failure: unknown = await opening.catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StoreOpenError)
  return failure as StoreOpenError
}

function runSql(sql: string): Record<string, unknown> | undefined {
  const db = new DatabaseSync(file)
  try {
    return { ...db.prepare(sql).get() }
  } finally {
    db.close()
  }
}

/** A real database whose first page is overwritten behind its header. */
function damagedDatabase(): Buffer {
  runSql('CREATE TABLE a (b TEXT)')
  const content = readFileSync(file)
  return content.fill(0xa5, 100, 4096)
}

/** Modes do not bind root: the rest of the test runs as nobody then. */
async function becomeOrdinaryUser(path: string, mode: number): Promise<void> {
  await chmod(path, mode)
  if (process.getuid?.() !== 0) return
  chownSync(folder, NOBODY, NOBODY)
  chownSync(path, NOBODY, NOBODY)
  process.seteuid?.(NOBODY)
  onTestFinished(() => process.seteuid?.(0))
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}
