import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { encodeKey } from '../keys.ts'
import type { Lease } from '../port.ts'
import type { Counters } from './counters.ts'

interface Row {
  holder: string
  fence: number
  expires_at: number
}

const SAME = 'name = :name AND holder = :holder AND fence = :fence'

/**
 * The table of leases. A row that has expired means nothing and is deleted when the next lease is
 * given out; fences come from one counter for all names, so they grow even when the row is gone.
 */
export class Leases {
  readonly #counters: Counters
  readonly #get: StatementSync
  readonly #insert: StatementSync
  readonly #renew: StatementSync
  readonly #release: StatementSync
  readonly #held: StatementSync
  readonly #sweep: StatementSync

  constructor(db: DatabaseSync, counters: Counters) {
    this.#counters = counters
    this.#get = db.prepare(
      'SELECT holder, fence, expires_at FROM lease WHERE name = :name AND expires_at > :now',
    )
    this.#insert = db.prepare(
      'INSERT INTO lease (name, holder, fence, expires_at) VALUES (:name, :holder, :fence, :until)',
    )
    this.#renew = db.prepare(
      `UPDATE lease SET expires_at = :until WHERE ${SAME} AND expires_at > :now`,
    )
    this.#release = db.prepare(`DELETE FROM lease WHERE ${SAME}`)
    this.#held = db.prepare(`SELECT 1 FROM lease WHERE ${SAME} AND expires_at > :now`)
    this.#sweep = db.prepare('DELETE FROM lease WHERE expires_at <= :now')
  }

  /** Who has it now, if anyone. */
  current(name: string, now: number): Lease | undefined {
    const row = this.#get.get({ name: encodeKey([name]), now }) as Row | undefined
    return row === undefined ? undefined : { name, holder: row.holder, fence: row.fence }
  }

  /** Gives it to the holder; inside a write transaction, after seeing that nobody has it. */
  grant(name: string, holder: string, now: number, until: number): Lease {
    this.#sweep.run({ now })
    const fence = this.#counters.next('fence')
    this.#insert.run({ name: encodeKey([name]), holder, fence, until })
    return { name, holder, fence }
  }

  renew(lease: Lease, now: number, until: number): boolean {
    return this.#renew.run({ ...identity(lease), now, until }).changes === 1
  }

  release(lease: Lease): void {
    this.#release.run(identity(lease))
  }

  isHeld(lease: Lease, now: number): boolean {
    return this.#held.get({ ...identity(lease), now }) !== undefined
  }
}

function identity(lease: Lease): { name: Buffer; holder: string; fence: number } {
  return { name: encodeKey([lease.name]), holder: lease.holder, fence: lease.fence }
}
