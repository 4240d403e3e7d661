import { setTimeout as pause } from 'node:timers/promises'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { keys } from '../hub/keys.ts'
import type { ServerRecord } from '../model/server.ts'
import { fullName } from '../model/server.ts'
import type { Key, Store, StoreEvent } from '../store/port.ts'
import type { Route } from './route.ts'
import { routeOf, sameRoute } from './route.ts'

/** First and longest pause before the store is asked again after a failure, in milliseconds. */
const RETRY_MS = 100
const MAX_RETRY_MS = 2_000

export interface RouteTableOptions {
  store: Store
  log: Log
  /** Begins and ends with `/`. */
  baseUrl: string
}

/** A server that a path leads to. */
export interface Found {
  route: Route
  /** Empty for the default server. */
  server: string
}

/**
 * Where each running server is: the store's server records, kept in memory (design.md §6). Lookups
 * do no I/O. While the store cannot be read the last known routes stay.
 */
export class RouteTable {
  readonly #store: Store
  readonly #log: Log
  readonly #baseUrl: string
  readonly #routes = new Map<string, Map<string, Route>>()
  readonly #gone = new Set<(route: Route) => void>()
  readonly #dirty = new Map<string, Key>()
  readonly #closing = new AbortController()
  #reload = true
  #running = false
  #attempt: Promise<boolean> | undefined
  #unwatch: (() => void) | undefined

  constructor(options: RouteTableOptions) {
    this.#store = options.store
    this.#log = options.log
    this.#baseUrl = options.baseUrl
  }

  /**
   * Reads all routes and keeps them up to date from then on. Call it once, before listening.
   * @throws HubgateError `unavailable` when the store cannot be read
   */
  async load(): Promise<void> {
    this.#unwatch ??= this.#store.watch((event) => this.#onEvent(event))
    await this.#step()
    this.#run()
  }

  /**
   * The server that a path below `{base}user/<user>/` belongs to: the named one when `second` is
   * the name of a routed server, else the default one.
   * @param second the decoded segment behind the user's, or null
   */
  find(user: string, second: string | null): Found | undefined {
    const servers = this.#routes.get(user)
    const named = second === null || second === '' ? undefined : servers?.get(second)
    const route = named ?? servers?.get('')
    return route === undefined ? undefined : { route, server: route.server }
  }

  /** The route of exactly this server. */
  get(user: string, server: string): Route | undefined {
    return this.#routes.get(user)?.get(server)
  }

  /** All routes, in no order. */
  all(): Route[] {
    return [...this.#routes.values()].flatMap((servers) => [...servers.values()])
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
  async settled(): Promise<void> {
    while (this.#attempt !== undefined) await this.#attempt
  }

  /**
   * Reads all routes anew, whatever has been heard of them.
   * @throws HubgateError `unavailable` when the store cannot be read; the known routes stay, and it
   *   is tried again until it can
   */
  async resync(): Promise<void> {
    await this.settled()
    this.#reload = true
    this.#run()
    if ((await this.#attempt) !== true) throw new HubgateError('unavailable')
  }

  /** Stops following the store. */
  close(): void {
    this.#unwatch?.()
    this.#closing.abort()
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
    this.#run()
  }

  #run(): void {
    if (this.#running || this.#unwatch === undefined || this.#isClean()) return
    this.#running = true
    this.#catchUp().catch((error: unknown) => this.#log.error({ err: error }, 'routes are stale'))
  }

  #isClean(): boolean {
    return this.#closing.signal.aborted || (!this.#reload && this.#dirty.size === 0)
  }

  async #catchUp(): Promise<void> {
    let delay = RETRY_MS
    try {
      while (!this.#isClean()) {
        const attempt = this.#attemptStep()
        this.#attempt = attempt
        const isRead = await attempt
        if (!isRead || this.#isClean()) this.#attempt = undefined
        if (!isRead) await this.#pause(delay)
        delay = isRead ? RETRY_MS : Math.min(2 * delay, MAX_RETRY_MS)
      }
    } finally {
      // In the same turn as the last look at what is left, or a change in between would be missed.
      this.#running = false
    }
  }

  async #attemptStep(): Promise<boolean> {
    try {
      await this.#step()
      return true
    } catch (error) {
      this.#log.warn({ err: error }, 'routes cannot be read, keeping the known ones')
      return false
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#closing
    await pause(ms, undefined, { signal, ref: false }).catch(() => undefined)
  }

  /** Reads what changed, or everything. What fails is read again with everything. */
  async #step(): Promise<void> {
    const reload = this.#reload
    const changed = [...this.#dirty.values()]
    this.#reload = false
    this.#dirty.clear()
    try {
      if (reload) await this.#readAll()
      else await this.#read(changed)
    } catch (error) {
      this.#reload = true
      throw error
    }
  }

  async #readAll(): Promise<void> {
    const active = await this.#store.list(keys.activeServers())
    const wanted = active.map(({ key: [, user = '', name = ''] }) => keys.server(user, name))
    const known = this.all().map((route) => keys.server(route.user, route.server))
    await this.#read([...wanted, ...known])
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
    const servers = this.#routes.get(user) ?? new Map<string, Route>()
    const before = servers.get(server)
    if (before !== undefined && route !== null && sameRoute(before, route)) return
    if (route === null) servers.delete(server)
    else servers.set(server, route)
    if (servers.size === 0) this.#routes.delete(user)
    else this.#routes.set(user, servers)
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
