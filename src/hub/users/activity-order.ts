import type { UserRecord } from '../../model/user.ts'
import { byCodePoint } from '../order.ts'

/** What is ordered: the order is the older's first, and its id never changes. */
export interface Active {
  readonly record: UserRecord
  readonly lastActivity: number | null
  readonly gone: boolean
}

function compare(a: Active, b: Active): number {
  const distance = (a.lastActivity ?? 0) - (b.lastActivity ?? 0)
  return distance === 0 ? byCodePoint(a.record.id, b.record.id) : distance
}

/** Two ordered lists as one. */
function merged<One extends Active>(a: readonly One[], b: readonly One[]): One[] {
  const all: One[] = []
  let next = 0
  for (const one of a) {
    for (let other = b[next]; other !== undefined && compare(other, one) < 0; other = b[++next]) {
      all.push(other)
    }
    all.push(one)
  }
  all.push(...b.slice(next))
  return all
}

/**
 * Users in the order of their activity, those who were never active first, equals in the order of
 * their making. Somebody is active all the time: only who moved is put in place again.
 */
export class ActivityOrder<One extends Active> {
  readonly #everybody: () => Iterable<One>
  #ordered: readonly One[] | undefined
  #moved = new Set<One>()
  #isCurrent = false

  /** @param everybody those there are now */
  constructor(everybody: () => Iterable<One>) {
    this.#everybody = everybody
  }

  /** Notes that somebody came, or was active. */
  move(one: One): void {
    this.#isCurrent = false
    if (this.#ordered !== undefined) this.#moved.add(one)
  }

  /** Notes that somebody is gone. */
  drop(): void {
    this.#isCurrent = false
  }

  /** All in order; another list whenever it has changed. */
  list(): readonly One[] {
    if (this.#ordered !== undefined && this.#isCurrent) return this.#ordered
    const moved = this.#moved
    this.#moved = new Set()
    const stayed = this.#ordered?.filter((one) => !one.gone && !moved.has(one))
    const came = [...(stayed === undefined ? this.#everybody() : moved)]
    const placed = came.filter((one) => !one.gone).sort(compare)
    this.#ordered = stayed === undefined ? placed : merged(stayed, placed)
    this.#isCurrent = true
    return this.#ordered
  }
}
