import type { HubContext } from '../hub/context.ts'
import { listServices } from '../hub/services/services.ts'
import type { Service } from '../model/service.ts'
import type { StoreEvent } from '../store/port.ts'
import { CatchUp } from './catch-up.ts'
import type { Route } from './route.ts'
import { sameRoute } from './route.ts'
import { serviceRoute } from './service-route.ts'

/**
 * Where each service is: those of the configuration in force and those made over the API, kept in
 * memory. Lookups do no I/O. While the store cannot be read the last known routes stay.
 */
export class ServiceTable {
  readonly #hub: HubContext
  readonly #catchUp: CatchUp
  readonly #gone = new Set<(route: Route) => void>()
  #routes = new Map<string, Route>()
  #stale = false
  #isLoaded = false
  #unwatch: (() => void) | undefined

  constructor(hub: HubContext) {
    this.#hub = hub
    this.#catchUp = new CatchUp({
      isClean: () => !this.#stale,
      step: () => this.#read(),
      onFailure: (error) =>
        hub.log.warn({ err: error }, 'services cannot be read, keeping the known ones'),
    })
  }

  /**
   * Reads all routes and keeps them up to date from then on. Call it once, before listening.
   * @throws HubgateError `unavailable` when the store cannot be read
   */
  async load(): Promise<void> {
    this.#unwatch ??= this.#hub.store.watch((event) => this.#onEvent(event))
    this.#put(await listServices(this.#hub))
    this.#isLoaded = true
    this.#catchUp.run()
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
    if (this.#isLoaded) this.#catchUp.run()
  }

  /**
   * Resolves when all changes reported so far are in the table, or when the store cannot be read: for
   * a look-up that found nothing right after a service was made.
   */
  settled(): Promise<void> {
    return this.#catchUp.settled()
  }

  /** Stops following the store. */
  close(): void {
    this.#unwatch?.()
    this.#catchUp.close()
  }

  #onEvent(event: StoreEvent): void {
    if (event.kind === 'gap' || event.keys.some(([kind]) => kind === 'service')) this.refresh()
  }

  async #read(): Promise<void> {
    this.#stale = false
    try {
      this.#put(await listServices(this.#hub))
    } catch (error) {
      this.#stale = true
      throw error
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
