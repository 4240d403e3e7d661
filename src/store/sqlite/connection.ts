import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { HubgateError } from '../../base/errors.ts'

/** SQLite's primary result codes that mean "someone else has it locked": https://sqlite.org/rescode.html */
const BUSY = 5
const LOCKED = 6

/** How long an operation waits in all for other processes' locks, in milliseconds. */
const LOCK_PATIENCE_MS = 5_000

/**
 * `power`: on the disk before the commit returns. `process`: in the system's hands, so that the
 * death of the process loses nothing but a power cut may.
 */
export type Durability = 'power' | 'process'

/**
 * One open database and how it is talked to. Every piece of work runs in one go, without awaiting,
 * so transactions of one connection never interleave.
 */
export class Connection {
  readonly db: DatabaseSync
  readonly #description: string
  readonly #beginWrite: StatementSync
  readonly #beginRead: StatementSync
  readonly #commit: StatementSync
  #durability: Durability | undefined

  /** @param description names the store in the details of errors */
  constructor(db: DatabaseSync, description: string) {
    this.db = db
    this.#description = description
    this.#beginWrite = db.prepare('BEGIN IMMEDIATE')
    this.#beginRead = db.prepare('BEGIN')
    this.#commit = db.prepare('COMMIT')
  }

  /**
   * Runs the work, at once if nobody is in the way. While another process holds a lock it is tried
   * again without blocking the event loop, so it must be safe to repeat.
   * @throws HubgateError `unavailable` when the database fails or stays locked for 5 s
   */
  async run<Result>(work: () => Result): Promise<Result> {
    try {
      return await whenUnlocked(work)
    } catch (error) {
      throw this.#translated(error)
    }
  }

  /** Runs the work in one write transaction; whatever it throws undoes all of it. */
  write<Result>(durability: Durability, work: () => Result): Result {
    this.#setDurability(durability)
    return this.#transaction(this.#beginWrite, work)
  }

  /** Runs the work on one unchanging state of the database. */
  read<Result>(work: () => Result): Result {
    return this.#transaction(this.#beginRead, work)
  }

  #transaction<Result>(begin: StatementSync, work: () => Result): Result {
    this.#abandonTransaction()
    begin.run()
    try {
      const result = work()
      this.#commit.run()
      return result
    } catch (error) {
      this.#abandonTransaction()
      throw error
    }
  }

  #abandonTransaction(): void {
    if (this.db.isTransaction) this.db.exec('ROLLBACK')
  }

  /** In WAL mode a later FULL commit also secures the NORMAL ones before it: they share one file. */
  #setDurability(durability: Durability): void {
    if (durability === this.#durability) return
    this.db.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`)
    this.#durability = durability
  }

  #translated(error: unknown): unknown {
    if (!isDatabaseError(error)) return error
    return new HubgateError('unavailable', undefined, {
      cause: error,
      detail: { store: this.#description },
    })
  }
}

/** Runs the work, again while another process's lock is in its way, for 5 s at most. */
export async function whenUnlocked<Result>(work: () => Result): Promise<Result> {
  const giveUpAt = performance.now() + LOCK_PATIENCE_MS
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isLocked(error) || performance.now() > giveUpAt) throw error
    }
    await delay(5 + Math.random() * 20)
  }
}

/** Whether another connection's lock is the reason, and trying again may help. */
export function isLocked(error: unknown): boolean {
  const code = resultCode(error)
  return code === BUSY || code === LOCKED
}

/** SQLite's primary result code (https://sqlite.org/rescode.html), or undefined for other errors. */
export function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined
}

/** An error of SQLite itself, or of using a connection that is closed. */
function isDatabaseError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ERR_SQLITE_ERROR' || error.code === 'ERR_INVALID_STATE')
  )
}
