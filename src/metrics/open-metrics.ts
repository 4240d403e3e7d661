import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { watchEventLoop } from './event-loop.ts'
import type { Counts } from './gauges.ts'
import { openGauges } from './gauges.ts'
import { openInstruments } from './instruments.ts'
import type { Measures } from './measures.ts'

/** All metrics as Prometheus reads them. */
export interface Exposition {
  /** The content type. */
  type: string
  text: string
}

/** The metrics of one gateway: what it tells of itself, and what it is asked for. */
export interface Metrics extends Measures {
  expose(): Promise<Exposition>
  /** Stops measuring the event loop. */
  close(): void
}

export interface MetricsOptions {
  counts: Counts
  clock: Clock
  log: Log
}

/** Opens a registry of its own, with JupyterHub's metrics and those of the process (wire-contract §9). */
export function openMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry()
  const { eventLoopTicked, ...measures } = openInstruments(registry)
  openGauges(registry, options)
  collectDefaultMetrics({ register: registry })
  const close = watchEventLoop(eventLoopTicked)
  return {
    ...measures,
    expose: async () => ({ type: registry.contentType, text: await registry.metrics() }),
    close,
  }
}
