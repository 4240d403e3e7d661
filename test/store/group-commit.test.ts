import { DatabaseSync } from 'node:sqlite'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { openLog } from '../../src/base/log.ts'
import { ChangeFeed } from '../../src/store/sqlite/change-feed.ts'
import { Connection } from '../../src/store/sqlite/connection.ts'
import { Counters } from '../../src/store/sqlite/counters.ts'
import { GroupCommit } from '../../src/store/sqlite/group-commit.ts'
import { makeSchema } from '../../src/store/sqlite/schema.ts'

let db: DatabaseSync
let connection: Connection
let commits: GroupCommit
let transactions: () => number
let reports: () => number

beforeEach(() => {
  db = new DatabaseSync(':memory:')
  makeSchema(db, ':memory:')
  db.exec('CREATE TABLE line (text TEXT UNIQUE)')
  connection = new Connection(db, 'test')
  const log = openLog('silent')
  const feed = new ChangeFeed({ db, counters: new Counters(db), log, keep: 10 })
  commits = new GroupCommit(connection, feed)
  const write = vi.spyOn(connection, 'write')
  const report = vi.spyOn(feed, 'report')
  transactions = () => write.mock.calls.length
  reports = () => report.mock.calls.length
  onTestFinished(() => db.close())
})

function insert(text: string): boolean {
  db.prepare('INSERT INTO line (text) VALUES (?)').run(text)
  return true
}

const lines = (): unknown[] =>
  db
    .prepare('SELECT text FROM line ORDER BY rowid')
    .all()
    .map((row) => row['text'])

test('commits asked for at the same time share one transaction, in their order', async () => {
  const results = await Promise.all(['a', 'b', 'c'].map((text) => commits.add(() => insert(text))))
  expect(results).toEqual([true, true, true])
  expect(lines()).toEqual(['a', 'b', 'c'])
  expect([transactions(), reports()]).toEqual([1, 1])
})

test('each sees what those before it have done', async () => {
  const once = () => lines().length === 0 && insert('first')
  expect(await Promise.all([commits.add(once), commits.add(once)])).toEqual([true, false])
  expect(lines()).toEqual(['first'])
})

test('one that fails takes no other with it', async () => {
  const results = await Promise.allSettled([
    commits.add(() => insert('a')),
    commits.add(() => insert('a')),
    commits.add(() => {
      insert('half')
      throw new TypeError('a mistake')
    }),
    commits.add(() => insert('b')),
  ])
  expect(results).toMatchObject([
    { value: true },
    { reason: { code: 'unavailable' } },
    { reason: { message: 'a mistake' } },
    { value: true },
  ])
  expect(lines()).toEqual(['a', 'b'])
})

test('a database that cannot be locked fails all of them at once', async () => {
  const busy = Object.assign(new Error('database is locked'), {
    code: 'ERR_SQLITE_ERROR',
    errcode: 5,
  })
  vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(60_000)
  vi.spyOn(connection, 'write').mockImplementation(() => {
    throw busy
  })
  const results = await Promise.allSettled([commits.add(() => true), commits.add(() => true)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(results).toMatchObject([{ reason: { code: 'unavailable' } }, {}])
  expect(connection.write).toHaveBeenCalledOnce()
})

test('a great many are not one transaction', async () => {
  const texts = Array.from({ length: 200 }, (_, n) => `${n}`)
  await Promise.all(texts.map((text) => commits.add(() => insert(text))))
  expect(lines()).toEqual(texts)
  expect(transactions()).toBeGreaterThan(1)
  expect(transactions()).toBeLessThan(10)
})

test('what waits is made by a flush', async () => {
  const added = commits.add(() => insert('a'))
  expect(lines()).toEqual([])
  await commits.flush()
  expect(lines()).toEqual(['a'])
  expect(await added).toBe(true)
})
