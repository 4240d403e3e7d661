import { keyId } from '../../store/keys.ts'
import type { Key, Store, StoreEvent } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { People } from './people.ts'
import { readAgain, readPeople } from './read-people.ts'

/** How often a reading is begun anew because notices were lost meanwhile. */
const MAX_ATTEMPTS = 3

const [USER] = keys.users()
const [ACTIVITY, OF_USER] = keys.userActivities()
const [ACTIVE_SERVER] = keys.activeServers()

/** What changed since it was read. */
class Dirt {
  readonly names = new Set<string>()
  readonly ids = new Set<string>()
  readonly #servers = new Map<string, Key>()

  get isEmpty(): boolean {
    return this.names.size === 0 && this.ids.size === 0 && this.#servers.size === 0
  }

  get servers(): Key[] {
    return [...this.#servers.values()]
  }

  note(key: Key): void {
    const [kind, second = '', third = ''] = key
    if (kind === USER) this.names.add(second)
    else if (kind === ACTIVITY && second === OF_USER) this.ids.add(third)
    else if (kind === ACTIVE_SERVER) this.#servers.set(keyId(key), key)
  }

  add(other: Dirt): void {
    for (const name of other.names) this.names.add(name)
    for (const id of other.ids) this.ids.add(id)
    for (const key of other.servers) this.#servers.set(keyId(key), key)
  }
}

/**
 * All users in memory, for lists: read when somebody asks for a list first, and kept up to date by
 * the store's notices (invariant 4: not at all while those are missing). Some hundred bytes a user.
 */
class UserDirectory {
  readonly #hub: HubContext
  #dirt = new Dirt()
  #people: People | undefined
  #loading: Promise<People> | undefined
  #refreshing: Promise<void> | undefined
  /** Grows when notices were lost. */
  #epoch = 0

  constructor(hub: HubContext) {
    this.#hub = hub
    hub.store.watch((event) => this.#onEvent(event))
  }

  /**
   * Everybody as of now at least: what was committed before the call is in it.
   * @throws HubgateError `unavailable`; `internal` when a record is broken
   */
  async people(): Promise<People> {
    for (let attempt = 1; ; attempt++) {
      if (!this.#hub.store.listening) this.#forget()
      const epoch = this.#epoch
      const people = this.#people ?? (await this.#load())
      await this.#catchUp(people)
      if (epoch === this.#epoch || attempt === MAX_ATTEMPTS) return people
    }
  }

  async #catchUp(people: People): Promise<void> {
    // A reading that is under way may have begun before the last commit; the next one does not.
    for (let i = 0; i < 2 && !this.#dirt.isEmpty; i++) {
      this.#refreshing ??= this.#refresh(people).finally(() => {
        this.#refreshing = undefined
      })
      await this.#refreshing
    }
  }

  #onEvent(event: StoreEvent): void {
    if (event.kind === 'gap') {
      this.#forget()
      return
    }
    // Where nothing is kept nothing can become wrong.
    if (this.#people === undefined && this.#loading === undefined) return
    for (const key of event.keys) this.#dirt.note(key)
  }

  #forget(): void {
    this.#epoch++
    this.#people = undefined
    this.#dirt = new Dirt()
  }

  #load(): Promise<People> {
    this.#loading ??= this.#readAll().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #readAll(): Promise<People> {
    const epoch = this.#epoch
    const people = await readPeople(this.#hub)
    if (epoch === this.#epoch && this.#hub.store.listening) this.#people = people
    return people
  }

  /** Reads again what has changed. What could not be read stays to be read. */
  async #refresh(people: People): Promise<void> {
    const dirt = this.#dirt
    this.#dirt = new Dirt()
    try {
      await readAgain(this.#hub, people, dirt)
    } catch (error) {
      if (people === this.#people) this.#dirt.add(dirt)
      throw error
    }
  }
}

/** Users in their orders, and who has active servers. */
export type Everybody = Pick<
  People,
  'byId' | 'byName' | 'byActivity' | 'byRunning' | 'hasActive' | 'activeServers' | 'allActive'
>

/** The directory of each store; it ends with the store's notices. */
const directories = new WeakMap<Store, UserDirectory>()

/**
 * All users, as of now at least. It changes with them: what it answers is to be read at once.
 * @throws HubgateError `unavailable`; `internal` when a record is broken
 */
export function allUsers(hub: HubContext): Promise<Everybody> {
  const known = directories.get(hub.store)
  const directory = known ?? new UserDirectory(hub)
  if (known === undefined) directories.set(hub.store, directory)
  return directory.people()
}
