import { setImmediate as nextTurn } from 'node:timers/promises'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { keys } from '../hub/keys.ts'
import type { ServerRecord } from '../model/server.ts'
import { fullName } from '../model/server.ts'
import type { Key, Store, StoreEvent } from '../store/port.ts'
import { CatchUp } from './catch-up.ts'
import type { Route } from './route.ts'
import { routeOf, sameRoute } from './route.ts'
import { Routes } from './routes.ts'

/** Routes that are read at a time when all are read: between two slices requests have their turn. */
const SLICE = 200

export interface RouteTableOptions {
  store: Store
  log: Log
  /** Begins and ends with `/`. */
  baseUrl: string
}

/**
 * Where each running server is: the store's server records, kept in memory (design.md §6). Lookups
 * do no I/O. What changes is read by itself, and before the rest while everything is read. While the
 * store cannot be read the last known routes stay.
 */
export class RouteTable {
  readonly #store: Store
  readonly #log: Log
  readonly #baseUrl: string
  readonly #routes = new Routes()
  readonly #gone = new Set<(route: Route) => void>()
  readonly #dirty = new Map<string, Key>()
  readonly #catchUp: CatchUp
  #reload = true
  #isLoaded = false
  #unwatch: (() => void) | undefined

  constructor(options: RouteTableOptions) {
    this.#store = options.store
    this.#log = options.log
    this.#baseUrl = options.baseUrl
    this.#catchUp = new CatchUp({
      isClean: () => !this.#reload && this.#dirty.size === 0,
      step: () => this.#step(),
      onFailure: (error) =>
        this.#log.warn({ err: error }, 'routes cannot be read, keeping the known ones'),
    })
  }

  /**
   * Reads all routes and keeps them up to date from then on. Call it once, before listening.
   * @throws HubgateError `unavailable` when the store cannot be read
   */
  async load(): Promise<void> {
    this.#unwatch ??= this.#store.watch((event) => this.#onEvent(event))
    await this.#step()
    this.#isLoaded = true
    this.#catchUp.run()
  }

  /**
   * The route of the server that a path below `{base}user/<user>/` belongs to: the named one when
   * `second` is the name of a routed server, else the default one.
   * @param second the decoded segment behind the user's, or null
   */
  find(user: string, second: string | null): Route | undefined {
    return this.#routes.find(user, second)
  }

  /** The route of exactly this server. */
  get(user: string, server: string): Route | undefined {
    return this.#routes.get(user, server)
  }

  /** How many there are. */
  get size(): number {
    return this.#routes.size
  }

  /** All routes, in no order. */
  all(): Route[] {
    return [...this.#routes]
  }

  /**
   * Calls the listener with each route that ceases to exist or is replaced.
   * @returns a function that stops it
   */
  onGone(listener: (route: Route) => void): () => void {
    this.#gone.add(listener)
    return () => this.#gone.delete(listener)
  }

  /**
   * Resolves when all changes reported so far are in the table, or when the store cannot be read:
   * for a look-up that found nothing right after a start.
   */
  settled(): Promise<void> {
    return this.#catchUp.settled()
  }

  /**
   * Reads all routes anew, whatever has been heard of them.
   * @throws HubgateError `unavailable` when the store cannot be read; the known routes stay, and it
   *   is tried again until it can
   */
  async resync(): Promise<void> {
    await this.settled()
    this.#reload = true
    this.#catchUp.run()
    if ((await this.#catchUp.attempt) !== true) throw new HubgateError('unavailable')
  }

  /** Stops following the store. */
  close(): void {
    this.#unwatch?.()
    this.#catchUp.close()
  }

  #onEvent(event: StoreEvent): void {
    if (event.kind === 'gap') this.#reload = true
    else {
      for (const key of event.keys) {
        const [kind, user, name] = key
        if (kind !== 'server' || user === undefined || name === undefined) continue
        this.#dirty.set(fullName(user, name), key)
      }
    }
    if (this.#isLoaded) this.#catchUp.run()
  }

  /** Reads what changed, or everything. What fails is read again with everything. */
  async #step(): Promise<void> {
    const reload = this.#reload
    this.#reload = false
    try {
      await this.#readChanged()
      if (reload) await this.#readAll()
    } catch (error) {
      this.#reload = true
      throw error
    }
  }

  async #readChanged(): Promise<void> {
    const changed = [...this.#dirty.values()]
    this.#dirty.clear()
    await this.#read(changed)
  }

  async #readAll(): Promise<void> {
    const unseen = new Set(this.#routes)
    let after: Key | undefined
    do {
      const active = await this.#store.list(keys.activeServers(), { limit: SLICE, after })
      after = active.length < SLICE ? undefined : active.at(-1)?.key
      const wanted = active.map(({ key: [, user = '', name = ''] }) => keys.server(user, name))
      await this.#readSlice(wanted)
      for (const route of this.#routesAt(wanted)) unseen.delete(route)
    } while (after !== undefined && !this.#catchUp.isClosed)
    // Those that went while nobody told of it. Some were replaced meanwhile: it does no harm.
    const gone = [...unseen].map((route) => keys.server(route.user, route.server))
    for (let i = 0; i < gone.length; i += SLICE) await this.#readSlice(gone.slice(i, i + SLICE))
  }

  /** Reads some of everything, and before that what has changed since; nothing once it is closed. */
  async #readSlice(serverKeys: readonly Key[]): Promise<void> {
    await nextTurn()
    if (this.#catchUp.isClosed) return
    await this.#readChanged()
    await this.#read(serverKeys)
  }

  #routesAt(serverKeys: readonly Key[]): Route[] {
    return serverKeys.flatMap(([, user = '', name = '']) => this.get(user, name) ?? [])
  }

  async #read(serverKeys: readonly Key[]): Promise<void> {
    if (serverKeys.length === 0) return
    const entries = await this.#store.getMany<ServerRecord>(serverKeys)
    serverKeys.forEach(([, user = '', name = ''], i) => {
      this.#put(user, name, this.#routeOf(entries[i]?.value))
    })
  }

  #routeOf(record: ServerRecord | undefined): Route | null {
    if (record === undefined) return null
    try {
      return routeOf(record, this.#baseUrl)
    } catch (error) {
      this.#log.error({ err: error, user: record.user, server: record.name }, 'server not routed')
      return null
    }
  }

  #put(user: string, server: string, route: Route | null): void {
    const before = this.#routes.get(user, server)
    if (before !== undefined && route !== null && sameRoute(before, route)) return
    if (route === null) this.#routes.delete(user, server)
    else this.#routes.set(route)
    if (before !== undefined) this.#announceGone(before)
  }

  #announceGone(route: Route): void {
    for (const listener of this.#gone) {
      try {
        listener(route)
      } catch (error) {
        this.#log.error({ err: error }, 'a listener for gone routes failed')
      }
    }
  }
}
