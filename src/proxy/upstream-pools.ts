import { Pool } from 'undici'
import type { Route } from './route.ts'

export interface PoolOptions {
  /** Milliseconds to connect to a server. */
  connectTimeoutMs: number
  /** Milliseconds until a server must begin its answer; 0 for no limit. */
  firstByteTimeoutMs: number
}

/** Most requests that one server is given at a time (threats.md P44). */
const MAX_ACTIVE = 1_000
/** Largest head of an answer, in bytes. */
const MAX_HEADER_SIZE = 64 * 1024

/** The connections to one run of a server. */
export class RoutePool {
  readonly pool: Pool
  #active = 0

  constructor(route: Route, options: PoolOptions) {
    this.pool = new Pool(route.url, {
      pipelining: 1,
      connectTimeout: options.connectTimeoutMs,
      headersTimeout: options.firstByteTimeoutMs,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_SIZE,
      allowH2: false,
    })
  }

  /** Counts a request in, unless there are too many already; {@link leave} counts it out. */
  enter(): boolean {
    if (this.#active >= MAX_ACTIVE) return false
    this.#active++
    return true
  }

  leave(): void {
    this.#active--
  }
}

/** One pool for each route (threats.md P5). A pool lives no longer than its route. */
export class UpstreamPools {
  readonly #options: PoolOptions
  readonly #pools = new WeakMap<Route, RoutePool>()
  readonly #live = new Map<Route, RoutePool>()

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** The route's pool, made when it is first asked for. That of a route which is gone is closed. */
  of(route: Route): RoutePool {
    const known = this.#pools.get(route)
    if (known !== undefined) return known
    const made = new RoutePool(route, this.#options)
    this.#pools.set(route, made)
    this.#live.set(route, made)
    return made
  }

  /** Ends all requests to a route, now and for good. */
  drop(route: Route): void {
    const { pool } = this.of(route)
    this.#live.delete(route)
    pool.destroy().catch(() => undefined)
  }

  /** Ends everything. */
  close(): void {
    for (const route of [...this.#live.keys()]) this.drop(route)
  }
}
