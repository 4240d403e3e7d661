import type { Registry } from 'prom-client'
import { Gauge } from 'prom-client'

/** What the data plane has at the moment; asked at each scrape, and cheap. */
export interface DataPlane {
  /** How many servers and services requests can be sent to. */
  routes: () => number
  /** How many requests or WebSockets are with servers. */
  underway: (kind: 'http' | 'websocket') => number
}

/** Makes the gauges of what the data plane has at the moment. */
export function openDataPlane(registry: Registry, { routes, underway }: DataPlane): void {
  new Gauge({
    name: 'hubgate_routes',
    help: 'How many servers and services requests can be sent to',
    registers: [registry],
    // Every process knows all of them.
    aggregator: 'max',
    collect() {
      this.set(routes())
    },
  })
  new Gauge({
    name: 'hubgate_underway',
    help: 'How many requests and WebSockets are with servers',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      for (const kind of ['http', 'websocket'] as const) this.set({ kind }, underway(kind))
    },
  })
}
