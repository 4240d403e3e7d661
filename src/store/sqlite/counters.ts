import type { DatabaseSync, StatementSync } from 'node:sqlite'

export type CounterName = 'sequence' | 'fence'

/** Numbers that only grow, whatever else is deleted. */
export class Counters {
  readonly #current: StatementSync
  readonly #next: StatementSync

  constructor(db: DatabaseSync) {
    this.#current = db.prepare('SELECT value FROM counter WHERE name = :name')
    this.#next = db.prepare(
      'UPDATE counter SET value = value + 1 WHERE name = :name RETURNING value',
    )
  }

  current(name: CounterName): number {
    return Number(this.#current.get({ name })?.['value'])
  }

  /** Inside a write transaction only: it is undone with it. */
  next(name: CounterName): number {
    return Number(this.#next.get({ name })?.['value'])
  }
}
