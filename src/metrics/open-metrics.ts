import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Collected, Exposition } from './collected.ts'
import type { DataPlane } from './data-plane.ts'
import { openDataPlane } from './data-plane.ts'
import { watchEventLoop } from './event-loop.ts'
import type { Counts } from './gauges.ts'
import { openGauges } from './gauges.ts'
import { openInstruments } from './instruments.ts'
import type { Measures } from './measures.ts'
import { openTraffic } from './open-traffic.ts'
import type { Traffic } from './traffic.ts'

/** The metrics of one gateway: what it tells of itself, and what it is asked for. */
export interface Metrics extends Measures {
  readonly traffic: Traffic
  expose(): Promise<Exposition>
  /** What this process has measured, for another one that is asked. */
  collect(): Promise<Collected>
  /** Stops measuring the event loop. */
  close(): void
}

export interface MetricsOptions {
  counts: Counts
  dataPlane: DataPlane
  clock: Clock
  log: Log
}

/** Opens a registry of its own, with JupyterHub's metrics and those of the process (wire-contract §9). */
export function openMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry()
  const { eventLoopTicked, ...measures } = openInstruments(registry)
  openGauges(registry, options)
  openDataPlane(registry, options.dataPlane)
  collectDefaultMetrics({ register: registry })
  const close = watchEventLoop(eventLoopTicked)
  return {
    ...measures,
    traffic: openTraffic(registry),
    expose: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    collect: () => registry.getMetricsAsJSON(),
    close,
  }
}
