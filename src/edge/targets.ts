import type { HubContext } from '../hub/context.ts'
import { listServers } from '../hub/servers/servers.ts'
import type { Route } from '../proxy/route.ts'
import type { RouteTable } from '../proxy/route-table.ts'
import type { Traced } from '../store/cache-view.ts'
import type { UserPlace } from './classify.ts'

/** A server that a path leads to. */
export interface Target {
  server: string
  /** Undefined while the server is not ready. */
  route: Route | undefined
  /** Whether some reader of the path could take it for another server of the user's (threats.md P1). */
  isAmbiguous: boolean
}

/** The servers that a user has by name, stopped ones too. */
interface Named {
  readonly names: ReadonlySet<string>
  readonly traced: Traced
}

/** Which server a path below `/user/<name>/` belongs to: the named one if there is one, else the default one. */
export class Targets {
  readonly #hub: HubContext
  readonly #routes: Pick<RouteTable, 'find' | 'get' | 'settled'>
  /** Of users whose default server runs, by its route. */
  readonly #named = new WeakMap<Route, Named>()

  constructor(hub: HubContext, routes: Pick<RouteTable, 'find' | 'get' | 'settled'>) {
    this.#hub = hub
    this.#routes = routes
  }

  /** The server there, if it is known at this moment that it is ready. */
  known({ user, second, others }: UserPlace): Target | undefined {
    const isNamed = this.#hub.snapshot().config.allow_named_servers
    const name = isNamed ? second : null
    const route = this.#routes.find(user, name)
    if (route === undefined) return undefined
    if (name !== null && route.server === '' && !this.#isMain(route, [name])) return undefined
    if (isNamed && others.length > 0 && !this.#isMain(route, others)) return undefined
    return { server: route.server, route, isAmbiguous: false }
  }

  /** A route that was just made may not be in the table yet: a miss waits for what is under way. */
  async find(place: UserPlace): Promise<Target> {
    const target = await this.#look(place)
    if (target.route !== undefined) return target
    await this.#routes.settled()
    return this.#look(place)
  }

  /** Whether it is known that the user of a default server has none of these names. */
  #isMain(route: Route, names: readonly string[]): boolean {
    const named = this.#named.get(route)
    return named?.traced.holds() === true && !names.some((name) => named.names.has(name))
  }

  async #look({ user, second, others }: UserPlace): Promise<Target> {
    const isNamed = this.#hub.snapshot().config.allow_named_servers
    const name = isNamed ? second : null
    const found = this.#routes.find(user, name)
    if (found !== undefined && found.server !== '') {
      return { server: found.server, route: found, isAmbiguous: false }
    }
    const asksNames = name !== null || (isNamed && others.length > 0)
    const names = asksNames ? await this.#namesOf(user, found) : undefined
    if (name !== null && names?.has(name) === true) {
      return { server: name, route: this.#routes.get(user, name), isAmbiguous: false }
    }
    const isAmbiguous = names !== undefined && others.some((other) => names.has(other))
    return { server: '', route: found, isAmbiguous }
  }

  async #namesOf(user: string, main: Route | undefined): Promise<ReadonlySet<string>> {
    const traced = this.#hub.cache.traced()
    const servers = await listServers({ ...this.#hub, cache: traced.cache }, user)
    const names = new Set(servers.map(({ name }) => name))
    if (main !== undefined) this.#named.set(main, { names, traced })
    return names
  }
}
