/**
 * The store port on SQLite, for one machine: any number of processes may share the file.
 *
 * A commit is on the disk before it resolves (`synchronous=FULL`), so neither a killed process nor a
 * power cut takes back what was acknowledged. Renewed or released leases and swept entries are only
 * handed to the system: a power cut ends every holder of a lease too, and what has expired stays so.
 */
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { PreparedWrite } from '../check-input.ts'
import { checkListOptions, checkTtl, prepareWrites } from '../check-input.ts'
import type {
  Commit,
  CommitResult,
  Entry,
  Key,
  Lease,
  ListOptions,
  Store,
  StoreEvent,
} from '../port.ts'
import { ChangeFeed } from './change-feed.ts'
import { Connection } from './connection.ts'
import { Counters } from './counters.ts'
import { Entries } from './entries.ts'
import { GroupCommit } from './group-commit.ts'
import { Leases } from './leases.ts'
import { explainOpenError, openDatabase } from './open-database.ts'
import { Sweeper } from './sweeper.ts'

export interface SqliteOptions {
  /** Absolute path of the database file. */
  path: string
  /** The path as its owner wrote it, for the log. */
  description: string
  clock: Clock
  log: Log
  /** How often other processes' commits and expired entries are looked for, in milliseconds. */
  pollMs: number
  /** How many commits a process may fall behind before it is told of a gap instead. */
  keepChanges: number
}

/** @throws StoreOpenError when the file cannot be used, saying why and what to do */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const db = await openDatabase(options.path)
  const connection = new Connection(db, options.description)
  try {
    return new SqliteStore(connection, options)
  } catch (error) {
    db.close()
    throw explainOpenError(error, options.path)
  }
}

class SqliteStore implements Store {
  readonly description: string
  readonly #connection: Connection
  readonly #clock: Clock
  readonly #entries: Entries
  readonly #leases: Leases
  readonly #feed: ChangeFeed
  readonly #commits: GroupCommit
  readonly #sweeper: Sweeper
  readonly #timer: NodeJS.Timeout

  constructor(connection: Connection, options: SqliteOptions) {
    const { db } = connection
    const counters = new Counters(db)
    this.description = options.description
    this.#connection = connection
    this.#clock = options.clock
    this.#entries = new Entries(db)
    this.#leases = new Leases(db, counters)
    this.#feed = new ChangeFeed({ db, counters, log: options.log, keep: options.keepChanges })
    this.#commits = new GroupCommit(connection, this.#feed)
    this.#sweeper = new Sweeper(connection, this.#entries, this.#feed, options.log)
    this.#timer = setInterval(() => this.#poll(), options.pollMs).unref()
  }

  get listening(): boolean {
    return this.#feed.listening
  }

  get<Value>(key: Key): Promise<Entry<Value> | undefined> {
    return this.#connection.run(() => this.#entries.get<Value>(key, this.#clock.now()))
  }

  getMany<Value>(keys: readonly Key[]): Promise<(Entry<Value> | undefined)[]> {
    return this.#connection.run(() => {
      const now = this.#clock.now()
      const read = () => keys.map((key) => this.#entries.get<Value>(key, now))
      return keys.length === 1 ? read() : this.#connection.read(read)
    })
  }

  async list<Value>(prefix: Key, options: ListOptions = {}): Promise<Entry<Value>[]> {
    checkListOptions(options)
    return this.#connection.run(() => this.#entries.list<Value>(prefix, options, this.#clock.now()))
  }

  count(prefix: Key): Promise<number> {
    return this.#connection.run(() => this.#entries.count(prefix, this.#clock.now()))
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const writes = prepareWrites(commit)
    return { applied: await this.#commits.add(() => this.#apply(commit, writes)) }
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    return this.#feed.watch(listener)
  }

  async acquireLease(name: string, holder: string, ttlMs: number): Promise<Lease | undefined> {
    checkTtl(ttlMs)
    return this.#connection.run(() => {
      const seen = this.#leases.current(name, this.#clock.now())
      if (seen !== undefined && seen.holder !== holder) return undefined
      return this.#connection.write('power', () => this.#takeLease(name, holder, ttlMs))
    })
  }

  async renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    checkTtl(ttlMs)
    return this.#connection.run(() =>
      this.#connection.write('process', () => {
        const now = this.#clock.now()
        return this.#leases.renew(lease, now, now + ttlMs)
      }),
    )
  }

  releaseLease(lease: Lease): Promise<void> {
    return this.#connection.run(() =>
      this.#connection.write('process', () => this.#leases.release(lease)),
    )
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#commits.flush()
    this.#feed.close()
    if (!this.#connection.db.isOpen) return
    await this.#connection.run(() => this.#connection.db.close())
  }

  #apply(commit: Commit, writes: readonly PreparedWrite[]): boolean {
    const now = this.#clock.now()
    const { check = [], fence = [], delete: deletes = [] } = commit
    if (!check.every((one) => this.#entries.holds(one, now))) return false
    if (!fence.every((lease) => this.#leases.isHeld(lease, now))) return false
    const keys = [...writes.map(({ key }) => key), ...deletes]
    if (keys.length === 0) return true
    const version = this.#feed.append(keys)
    for (const { key, json, expiresAt } of writes) this.#entries.set(key, json, version, expiresAt)
    for (const key of deletes) this.#entries.delete(key)
    return true
  }

  #takeLease(name: string, holder: string, ttlMs: number): Lease | undefined {
    const now = this.#clock.now()
    const held = this.#leases.current(name, now)
    if (held === undefined) return this.#leases.grant(name, holder, now, now + ttlMs)
    return held.holder === holder && this.#leases.renew(held, now, now + ttlMs) ? held : undefined
  }

  #poll(): void {
    this.#sweeper.sweep(this.#clock.now())
    this.#feed.poll()
  }
}
