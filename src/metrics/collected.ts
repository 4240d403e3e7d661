import type { MetricObjectWithValues, MetricValue } from 'prom-client'
import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client'

/** What one process has measured, as data that can be sent to another. */
export type Collected = MetricObjectWithValues<MetricValue<string>>[]

/** All metrics as Prometheus reads them. */
export interface Exposition {
  /** The content type. */
  type: string
  text: string
}

/**
 * The metrics of several processes as those of one: added up, except where a metric says otherwise
 * (what is about the whole hub is the same in each).
 */
export async function exposeAll(parts: readonly Collected[]): Promise<Exposition> {
  const merged = merge(parts)
  return { type: merged.contentType, text: await merged.metrics() }
}

/**
 * What stays of processes that have ended: their counts. Without them sums would fall when a process
 * ends, and Prometheus takes a fall for a restart from zero.
 */
export function collectDeparted(parts: readonly Collected[]): Promise<Collected> {
  return merge(parts.map((part) => part.filter(isCount))).getMetricsAsJSON()
}

/** Metrics about the workers themselves. */
export interface WorkerMetrics {
  /** @param count how many serve now */
  serving(count: number): void
  restarted(): void
  collect(): Promise<Collected>
}

/** Opens a registry for the process that supervises workers. */
export function openWorkerMetrics(): WorkerMetrics {
  const registry = new Registry()
  const registers = [registry]
  const serving = new Gauge({
    name: 'hubgate_workers',
    help: 'How many worker processes serve',
    registers,
  })
  const restarts = new Counter({
    name: 'hubgate_worker_restarts_total',
    help: 'How many worker processes were started in the place of one that had ended',
    registers,
  })
  return {
    serving: (count) => serving.set(count),
    restarted: () => restarts.inc(),
    collect: () => registry.getMetricsAsJSON(),
  }
}

function merge(parts: readonly Collected[]): Registry {
  return AggregatorRegistry.aggregate([...parts])
}

/** prom-client says the type in words in what it collects, whatever its types say. */
function isCount({ type }: Collected[number]): boolean {
  return ['counter', 'histogram'].includes(String(type))
}
