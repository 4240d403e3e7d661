import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Log } from '../../base/log.ts'
import { Listeners } from '../listeners.ts'
import type { Key, StoreEvent } from '../port.ts'
import type { Counters } from './counters.ts'

interface Row {
  sequence: number
  keys: string
}

/** Commits read from the log at a time. */
const BATCH = 500

export interface ChangeFeedOptions {
  db: DatabaseSync
  counters: Counters
  log: Log
  /** How many commits the log keeps, at least, for processes that have yet to read them. */
  keep: number
}

/**
 * The log of commits, through which every process, this one too, learns what changed: each commit
 * once, in the order in which they were made.
 */
export class ChangeFeed {
  readonly #counters: Counters
  readonly #log: Log
  readonly #keep: number
  readonly #append: StatementSync
  readonly #trim: StatementSync
  readonly #since: StatementSync
  readonly #dataVersion: StatementSync
  readonly #listeners: Listeners
  #reported: number
  #seenDataVersion: unknown
  #reporting = false
  #deaf = false
  #closed = false

  constructor({ db, counters, log, keep }: ChangeFeedOptions) {
    this.#counters = counters
    this.#log = log
    this.#listeners = new Listeners(log)
    this.#keep = keep
    this.#append = db.prepare('INSERT INTO change (sequence, keys) VALUES (:sequence, :keys)')
    this.#trim = db.prepare('DELETE FROM change WHERE sequence <= :sequence')
    this.#since = db.prepare(
      `SELECT sequence, keys FROM change WHERE sequence > :sequence ORDER BY sequence LIMIT ${BATCH}`,
    )
    this.#dataVersion = db.prepare('PRAGMA data_version')
    this.#reported = counters.current('sequence')
  }

  /** Whether every change is being reported. */
  get listening(): boolean {
    return !this.#deaf && !this.#closed
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    return this.#listeners.add(listener)
  }

  /**
   * Notes a commit, inside its transaction.
   * @returns its number, greater than any before
   */
  append(keys: readonly Key[]): number {
    const sequence = this.#counters.next('sequence')
    this.#append.run({ sequence, keys: JSON.stringify(keys) })
    if (sequence % Math.ceil(this.#keep / 10) === 0) {
      this.#trim.run({ sequence: sequence - this.#keep })
    }
    return sequence
  }

  /**
   * Reports all commits since the last call; never throws. When the log cannot be read a gap is
   * reported, again at each call until it can, and once more then. A listener may commit: its commit comes after the
   * one being reported, for every listener.
   */
  report(): void {
    if (this.#reporting) return
    this.#reporting = true
    try {
      this.#reportAll()
      if (this.#deaf) this.#hearAgain()
    } catch (error) {
      this.#lose(error)
    } finally {
      this.#reporting = false
    }
  }

  /** Reports commits of other processes, if there were any; never throws. */
  poll(): void {
    try {
      const dataVersion = this.#dataVersion.get()?.['data_version']
      if (dataVersion === this.#seenDataVersion && !this.#deaf) return
      this.report()
      this.#seenDataVersion = dataVersion
    } catch (error) {
      this.#lose(error)
    }
  }

  close(): void {
    this.#closed = true
    this.#listeners.close()
  }

  #reportAll(): void {
    for (let rows = this.#unreported(); rows.length > 0; rows = this.#unreported()) {
      for (const { sequence, keys } of rows) {
        if (sequence > this.#reported + 1) {
          this.#log.warn({ missed: sequence - this.#reported - 1 }, 'changes were missed')
          this.#listeners.tell({ kind: 'gap' })
        }
        this.#reported = sequence
        this.#listeners.tell({ kind: 'changed', keys: JSON.parse(keys) as Key[] })
      }
    }
  }

  #hearAgain(): void {
    this.#deaf = false
    this.#log.info('the database can be read again')
    this.#listeners.tell({ kind: 'gap' })
  }

  /** Notices may be missed: tells the listeners each time, and the log when it is news. */
  #lose(error: unknown): void {
    if (!this.#deaf) this.#log.error({ err: error }, 'changes in the database cannot be read')
    this.#deaf = true
    this.#listeners.tell({ kind: 'gap' })
  }

  #unreported(): Row[] {
    return this.#since.all({ sequence: this.#reported }) as unknown as Row[]
  }
}
