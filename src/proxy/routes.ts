import type { Route } from './route.ts'

/** What a user has running. Most have the default server and nothing else. */
interface Owned {
  /** The default server. */
  main: Route | undefined
  /** Servers with a name; made for those who have one. */
  named: Map<string, Route> | undefined
}

/**
 * Routes by user and server. A look-up takes as long with one as with a hundred thousand, and
 * allocates nothing.
 */
export class Routes {
  readonly #owned = new Map<string, Owned>()
  #size = 0

  /** How many there are. */
  get size(): number {
    return this.#size
  }

  /**
   * The named server when `second` names one that is there, else the default one.
   * @param second null or empty for none
   */
  find(user: string, second: string | null): Route | undefined {
    const owned = this.#owned.get(user)
    if (owned === undefined) return undefined
    const named = second === null ? undefined : owned.named?.get(second)
    return named ?? owned.main
  }

  /** The route of exactly this server; the default server's name is empty. */
  get(user: string, server: string): Route | undefined {
    const owned = this.#owned.get(user)
    return server === '' ? owned?.main : owned?.named?.get(server)
  }

  /** Puts a route in the place of the one that is there. */
  set(route: Route): void {
    const { user, server } = route
    if (this.get(user, server) === undefined) this.#size++
    const owned = this.#owned.get(user)
    if (owned === undefined) this.#owned.set(user, ownedOf(route))
    else if (server === '') owned.main = route
    else if (owned.named === undefined) owned.named = new Map([[server, route]])
    else owned.named.set(server, route)
  }

  /** Takes a route out, if it is there. */
  delete(user: string, server: string): void {
    if (this.get(user, server) === undefined) return
    this.#size--
    const owned = this.#owned.get(user)
    if (owned === undefined) return
    if (server === '') owned.main = undefined
    else owned.named?.delete(server)
    if (owned.named?.size === 0) owned.named = undefined
    if (owned.main === undefined && owned.named === undefined) this.#owned.delete(user)
  }

  /** Each of them, in no order. */
  *[Symbol.iterator](): IterableIterator<Route> {
    for (const { main, named } of this.#owned.values()) {
      if (main !== undefined) yield main
      if (named !== undefined) yield* named.values()
    }
  }
}

function ownedOf(route: Route): Owned {
  return route.server === ''
    ? { main: route, named: undefined }
    : { main: undefined, named: new Map([[route.server, route]]) }
}
