import type { UserRecord } from '../../model/user.ts'
import { byCodePoint } from '../order.ts'
import { ActivityOrder } from './activity-order.ts'

/** A user as the directory knows them. Whoever holds one sees what has become of them. */
export interface KnownUser {
  readonly record: UserRecord
  /** Milliseconds since the epoch, as the store has it; null when there was none. */
  readonly lastActivity: number | null
  /** Whether there is no such user any more. */
  readonly gone: boolean
}

class Person implements KnownUser {
  record: UserRecord
  lastActivity: number | null = null
  gone = false

  constructor(record: UserRecord) {
    this.record = record
  }
}

/** Users, by what lists ask for. What it answers is to be read at once: it changes with the users. */
export class People {
  readonly #byId = new Map<string, Person>()
  readonly #byName = new Map<string, Person>()
  /** By name: the active servers of those who have any. */
  readonly #active = new Map<string, Set<string>>()
  /** In the order of ids; the other two in theirs. Undefined when it is to be made anew. */
  #ids: Person[] | undefined
  #names: Person[] | undefined
  readonly #activities = new ActivityOrder(() => this.#byId.values())
  #running: { of: readonly Person[]; list: readonly Person[] } | undefined

  /** Takes a record as the one of its name and of its id. */
  put(record: UserRecord): void {
    const namesake = this.#byName.get(record.name)
    if (namesake !== undefined && namesake.record.id !== record.id) this.#remove(namesake)
    const known = this.#byId.get(record.id)
    if (known === undefined) this.#add(record)
    else this.#change(known, record)
  }

  /** Forgets who has this name. */
  delete(name: string): void {
    const known = this.#byName.get(name)
    if (known !== undefined) this.#remove(known)
  }

  setActivity(id: string, at: number | null): void {
    const known = this.#byId.get(id)
    if (known === undefined || known.lastActivity === at) return
    known.lastActivity = at
    this.#activities.move(known)
  }

  /** Notes that a server of somebody is active or is not. */
  setActive(name: string, server: string, isActive: boolean): void {
    const active = this.#active.get(name) ?? new Set()
    this.#running = undefined
    if (isActive) this.#active.set(name, active.add(server))
    else if (active.delete(server) && active.size === 0) this.#active.delete(name)
  }

  /** Whether somebody of that name has an active server. */
  hasActive(name: string): boolean {
    return this.#active.has(name)
  }

  /** The names of the active servers of somebody. */
  activeServers(name: string): readonly string[] {
    return [...(this.#active.get(name) ?? [])]
  }

  /** All active servers as they are now, by the names of their owners. */
  allActive(): ReadonlyMap<string, ReadonlySet<string>> {
    return new Map([...this.#active].map(([name, servers]) => [name, new Set(servers)]))
  }

  /** In the order of their making. */
  byId(): readonly KnownUser[] {
    this.#ids ??= [...this.#byId.values()].sort((a, b) => byCodePoint(a.record.id, b.record.id))
    return this.#ids
  }

  byName(): readonly KnownUser[] {
    this.#names ??= [...this.#byId.values()].sort((a, b) =>
      byCodePoint(a.record.name, b.record.name),
    )
    return this.#names
  }

  /** Those who were never active first; equals in the order of their making. */
  byActivity(): readonly KnownUser[] {
    return this.#activities.list()
  }

  /** Those with active servers first; among these, and among the others, who was active last. */
  byRunning(): readonly KnownUser[] {
    const of = this.#activities.list()
    if (this.#running?.of !== of) {
      const groups = Object.groupBy(of.toReversed(), ({ record }) =>
        this.#active.has(record.name) ? 'first' : 'others',
      )
      this.#running = { of, list: [...(groups.first ?? []), ...(groups.others ?? [])] }
    }
    return this.#running.list
  }

  #add(record: UserRecord): void {
    const person = new Person(record)
    this.#byId.set(record.id, person)
    this.#byName.set(record.name, person)
    this.#ids?.splice(placeOf(this.#ids, record.id), 0, person)
    this.#names = undefined
    this.#activities.move(person)
  }

  #change(known: Person, record: UserRecord): void {
    if (known.record.name !== record.name) {
      this.#byName.delete(known.record.name)
      this.#byName.set(record.name, known)
      this.#names = undefined
      this.#running = undefined
    }
    known.record = record
  }

  #remove(known: Person): void {
    known.gone = true
    this.#byId.delete(known.record.id)
    this.#byName.delete(known.record.name)
    this.#ids?.splice(placeOf(this.#ids, known.record.id), 1)
    this.#names = undefined
    this.#activities.drop()
  }
}

/** Where an id is or belongs among the sorted. */
function placeOf(sorted: readonly Person[], id: string): number {
  let low = 0
  let high = sorted.length
  // Ids grow with time: nearly always a new one is the last.
  let middle = high - 1
  while (low < high) {
    if (byCodePoint(sorted[middle]?.record.id ?? '', id) < 0) low = middle + 1
    else high = middle
    middle = (low + high) >> 1
  }
  return low
}
