import { setTimeout as pause } from 'node:timers/promises'
import type { HubContext } from '../hub/context.ts'
import { listServices } from '../hub/services/services.ts'
import type { Service } from '../model/service.ts'
import type { StoreEvent } from '../store/port.ts'
import type { Route } from './route.ts'
import { sameRoute } from './route.ts'
import { serviceRoute } from './service-route.ts'

/** First and longest pause before the store is asked again after a failure, in milliseconds. */
const RETRY_MS = 100
const MAX_RETRY_MS = 2_000

/**
 * Where each service is: those of the configuration in force and those made over the API, kept in
 * memory. Lookups do no I/O. While the store cannot be read the last known routes stay.
 */
export class ServiceTable {
  readonly #hub: HubContext
  readonly #closing = new AbortController()
  readonly #gone = new Set<(route: Route) => void>()
  #routes = new Map<string, Route>()
  #stale = false
  #running = false
  #attempt: Promise<boolean> | undefined
  #unwatch: (() => void) | undefined

  constructor(hub: HubContext) {
    this.#hub = hub
  }

  /**
   * Reads all routes and keeps them up to date from then on. Call it once, before listening.
   * @throws HubgateError `unavailable` when the store cannot be read
   */
  async load(): Promise<void> {
    this.#unwatch ??= this.#hub.store.watch((event) => this.#onEvent(event))
    this.#put(await listServices(this.#hub))
    if (this.#stale) this.#run()
  }

  /** The route of the service of exactly this name. */
  get(name: string): Route | undefined {
    return this.#routes.get(name)
  }

  /** All routes, in no order. */
  all(): Route[] {
    return [...this.#routes.values()]
  }

  /**
   * Calls the listener with each route that ceases to exist or is replaced.
   * @returns a function that stops it
   */
  onGone(listener: (route: Route) => void): () => void {
    this.#gone.add(listener)
    return () => this.#gone.delete(listener)
  }

  /** Something changed that the store does not tell of: the configuration. */
  refresh(): void {
    this.#stale = true
    this.#run()
  }

  /**
   * Resolves when all changes reported so far are in the table, or when the store cannot be read: for
   * a look-up that found nothing right after a service was made.
   */
  async settled(): Promise<void> {
    while (this.#attempt !== undefined) {
      if (!(await this.#attempt)) return
    }
  }

  /** Stops following the store. */
  close(): void {
    this.#unwatch?.()
    this.#closing.abort()
  }

  #onEvent(event: StoreEvent): void {
    if (event.kind === 'gap' || event.keys.some(([kind]) => kind === 'service')) this.refresh()
  }

  #run(): void {
    if (this.#running || this.#unwatch === undefined) return
    this.#running = true
    void this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    const { signal } = this.#closing
    let delay = RETRY_MS
    while (this.#stale && !signal.aborted) {
      this.#attempt = this.#read()
      const isRead = await this.#attempt
      if (isRead) delay = RETRY_MS
      else {
        await pause(delay, undefined, { signal, ref: false }).catch(() => undefined)
        delay = Math.min(2 * delay, MAX_RETRY_MS)
      }
    }
    // In the same turn as the last look at what is left, or a change in between would be missed.
    this.#attempt = undefined
    this.#running = false
  }

  /** @returns whether the store could be read; never rejects */
  async #read(): Promise<boolean> {
    this.#stale = false
    try {
      this.#put(await listServices(this.#hub))
      return true
    } catch (error) {
      this.#stale = true
      this.#hub.log.warn({ err: error }, 'services cannot be read, keeping the known ones')
      return false
    }
  }

  #put(services: readonly Service[]): void {
    const { base_url } = this.#hub.snapshot().config
    const before = this.#routes
    const routes = new Map<string, Route>()
    for (const service of services) {
      const route = serviceRoute(service, base_url)
      if (route === null) continue
      const known = before.get(service.name)
      routes.set(service.name, known !== undefined && sameRoute(known, route) ? known : route)
    }
    this.#routes = routes
    for (const [name, route] of before) {
      if (routes.get(name) !== route) this.#announceGone(route)
    }
  }

  #announceGone(route: Route): void {
    for (const listener of this.#gone) {
      try {
        listener(route)
      } catch (error) {
        this.#hub.log.error({ err: error }, 'a listener for gone routes failed')
      }
    }
  }
}
