import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { decodeKey, encodeKey, prefixRange } from '../keys.ts'
import type { Check, Entry, Key, ListOptions } from '../port.ts'

interface Row {
  key: Uint8Array
  value: string
  version: number
  expires_at: number | null
}

const COLUMNS = 'key, value, version, expires_at'
const ALIVE = '(expires_at IS NULL OR expires_at > :now)'
const INSIDE = 'key > :above AND key < :below'

/** The table of entries. What has expired by the given time (milliseconds) does not exist for it. */
export class Entries {
  readonly #get: StatementSync
  readonly #version: StatementSync
  readonly #ascending: StatementSync
  readonly #descending: StatementSync
  readonly #count: StatementSync
  readonly #set: StatementSync
  readonly #delete: StatementSync
  readonly #expired: StatementSync

  constructor(db: DatabaseSync) {
    const list = `SELECT ${COLUMNS} FROM entry WHERE ${INSIDE} AND ${ALIVE} ORDER BY key`
    this.#get = db.prepare(`SELECT ${COLUMNS} FROM entry WHERE key = :key AND ${ALIVE}`)
    this.#version = db.prepare(`SELECT version FROM entry WHERE key = :key AND ${ALIVE}`)
    this.#ascending = db.prepare(`${list} LIMIT :limit OFFSET :offset`)
    this.#descending = db.prepare(`${list} DESC LIMIT :limit OFFSET :offset`)
    this.#count = db.prepare(`SELECT count(*) AS count FROM entry WHERE ${INSIDE} AND ${ALIVE}`)
    this.#set = db.prepare(
      `INSERT INTO entry (${COLUMNS}) VALUES (:key, :value, :version, :expiresAt)
       ON CONFLICT (key) DO UPDATE
       SET value = excluded.value, version = excluded.version, expires_at = excluded.expires_at`,
    )
    this.#delete = db.prepare('DELETE FROM entry WHERE key = :key')
    this.#expired = db.prepare('SELECT key FROM entry WHERE expires_at <= :now LIMIT :limit')
  }

  get<Value>(key: Key, now: number): Entry<Value> | undefined {
    const row = this.#get.get({ key: encodeKey(key), now }) as Row | undefined
    return row === undefined ? undefined : entryOf(row)
  }

  list<Value>(prefix: Key, options: ListOptions, now: number): Entry<Value>[] {
    const range = prefixRange(prefix)
    const reverse = options.reverse ?? false
    if (options.after !== undefined) {
      const after = encodeKey(options.after)
      if (reverse && Buffer.compare(after, range.below) < 0) range.below = after
      if (!reverse && Buffer.compare(after, range.above) > 0) range.above = after
    }
    const statement = reverse ? this.#descending : this.#ascending
    const rows = statement.all({
      ...range,
      now,
      limit: options.limit ?? -1,
      offset: options.offset ?? 0,
    })
    return (rows as unknown as Row[]).map((row) => entryOf<Value>(row))
  }

  count(prefix: Key, now: number): number {
    return Number(this.#count.get({ ...prefixRange(prefix), now })?.['count'])
  }

  holds(check: Check, now: number): boolean {
    const row = this.#version.get({ key: encodeKey(check.key), now }) as
      | Pick<Row, 'version'>
      | undefined
    return (row === undefined ? null : String(row.version)) === check.version
  }

  /** @param json the value's text */
  set(key: Key, json: string, version: number, expiresAt: number | null): void {
    this.#set.run({ key: encodeKey(key), value: json, version, expiresAt })
  }

  delete(key: Key): void {
    this.#delete.run({ key: encodeKey(key) })
  }

  /** Keys that have expired but are still in the table, soonest first. */
  expired(now: number, limit: number): Key[] {
    return this.#expired.all({ now, limit }).map((row) => decodeKey((row as unknown as Row).key))
  }
}

function entryOf<Value>(row: Row): Entry<Value> {
  return {
    key: decodeKey(row.key),
    value: JSON.parse(row.value) as Value,
    version: String(row.version),
    expiresAt: row.expires_at,
  }
}
