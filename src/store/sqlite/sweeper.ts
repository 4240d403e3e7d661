import type { Log } from '../../base/log.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { Connection } from './connection.ts'
import { isLocked } from './connection.ts'
import type { Entries } from './entries.ts'

/** Entries deleted in one transaction, so that nobody waits long for the lock. */
const BATCH = 500

/** Deletes entries that have expired and reports their keys, as a commit would. */
export class Sweeper {
  readonly #connection: Connection
  readonly #entries: Entries
  readonly #feed: ChangeFeed
  readonly #log: Log
  #failing = false

  constructor(connection: Connection, entries: Entries, feed: ChangeFeed, log: Log) {
    this.#connection = connection
    this.#entries = entries
    this.#feed = feed
    this.#log = log
  }

  /** One batch, if anything has expired. Never throws: what could not be swept is tried again later. */
  sweep(now: number): void {
    try {
      if (this.#entries.expired(now, 1).length > 0) this.#deleteExpired(now)
      this.#failing = false
    } catch (error) {
      if (isLocked(error) || this.#failing) return
      this.#failing = true
      this.#log.warn({ err: error }, 'expired entries cannot be deleted')
    }
  }

  #deleteExpired(now: number): void {
    this.#connection.write('process', () => {
      const keys = this.#entries.expired(now, BATCH)
      if (keys.length === 0) return
      for (const key of keys) this.#entries.delete(key)
      this.#feed.append(keys)
    })
    this.#feed.report()
  }
}
