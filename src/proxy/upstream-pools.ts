import type { Traffic } from '../metrics/traffic.ts'
import type { Route } from './route.ts'
import type { UpstreamTimes } from './upstream/patience.ts'
import { Ticker } from './upstream/ticker.ts'
import { UpstreamPool } from './upstream/upstream-pool.ts'

/** One pool for each route (threats.md P5). A pool lives no longer than its route. */
export class UpstreamPools {
  readonly #times: UpstreamTimes
  readonly #traffic: Traffic
  readonly #ticker: Ticker
  readonly #pools = new WeakMap<Route, UpstreamPool>()
  readonly #live = new Map<Route, UpstreamPool>()

  constructor(times: UpstreamTimes, traffic: Traffic) {
    this.#times = times
    this.#traffic = traffic
    this.#ticker = new Ticker([times.connectMs, times.firstByteMs, times.idleMs])
  }

  /** The route's pool, made when it is first asked for. That of a route which is gone is closed. */
  of(route: Route): UpstreamPool {
    const known = this.#pools.get(route)
    if (known !== undefined) return known
    const made = new UpstreamPool(route.url, {
      times: this.#times,
      ticker: this.#ticker,
      traffic: this.#traffic,
    })
    this.#pools.set(route, made)
    this.#live.set(route, made)
    return made
  }

  /** Ends all requests to a route, now and for good. */
  drop(route: Route): void {
    this.of(route).destroy()
    this.#live.delete(route)
  }

  /** Ends everything. */
  close(): void {
    for (const route of [...this.#live.keys()]) this.drop(route)
  }
}
