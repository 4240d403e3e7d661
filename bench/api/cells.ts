import { median, percentile, whole } from '../figures.ts'
import type { Operation } from './operations.ts'
import type { Pair } from './pair.ts'
import type { Subject } from './subject.ts'

export const CONNECTIONS = [1, 16] as const
const MEASURE_MS = 1_500
/** Before each measurement, and once for each operation: compilers take seconds to be done. */
const WARM_UP_MS = 200
const FIRST_WARM_UP_MS = 2_000

/** What one subject reached. */
interface Figures {
  /** Requests per second, of each round. */
  rates: number[]
  /** Of all requests, in milliseconds. */
  latencies: number[]
}

/** One operation with so many connections: a row of the table. */
export interface Cell {
  key: string
  operation: Operation
  connections: number
  figures: Record<Subject['name'], Figures>
}

export interface Effort {
  rounds: number
  /** 1, or less to take less time. */
  share: number
  signal: AbortSignal
}

export function cellsOf(operations: readonly (readonly [string, Operation])[]): Cell[] {
  const none = (): Figures => ({ rates: [], latencies: [] })
  return operations.flatMap(([key, operation]) =>
    CONNECTIONS.map((connections) => {
      return { key, operation, connections, figures: { JupyterHub: none(), hubgate: none() } }
    }),
  )
}

async function measure(pair: Pair, subject: Subject, cell: Cell, effort: Effort): Promise<void> {
  const { key: operation, connections } = cell
  const { share, signal } = effort
  await pair.send(subject, { operation, connections, forMs: WARM_UP_MS * share }, signal)
  const burst = { operation, connections, forMs: MEASURE_MS * share }
  const { elapsedMs, latencies } = await pair.send(subject, burst, signal)
  const { rates, latencies: all } = cell.figures[subject.name]
  rates.push((latencies.length * 1_000) / elapsedMs)
  for (const latency of latencies) all.push(latency)
}

/** Measures all cells in rounds, each hub in turn. */
export async function measureAll(
  pair: Pair,
  cells: readonly Cell[],
  effort: Effort,
): Promise<void> {
  const { rounds, signal } = effort
  for (const { key: operation, connections } of cells.filter((cell) => cell.connections > 1)) {
    const burst = { operation, connections, forMs: FIRST_WARM_UP_MS }
    for (const subject of pair.subjects) await pair.send(subject, burst, signal)
  }
  for (let round = 0; round < rounds; round++) {
    const inOrder = round % 2 === 0 ? pair.subjects : pair.subjects.toReversed()
    for (const cell of cells) {
      for (const subject of inOrder) await measure(pair, subject, cell, effort)
    }
  }
}

const rounded = (value: number): string => (value < 20 ? value.toFixed(1) : whole(value))
const millis = (value: number): string => (value < 10 ? value.toFixed(2) : whole(value))

function delays({ latencies }: Figures): string {
  const sorted = latencies.toSorted((a, b) => a - b)
  return [0.5, 0.99].map((share) => millis(percentile(sorted, share))).join(' / ')
}

export const COLUMNS = [
  ...['request', 'users', 'connections', 'JupyterHub/s', 'hubgate/s', 'ratio'],
  ...['JupyterHub p50 / p99 ms', 'hubgate p50 / p99 ms'],
]

export function rowOf(users: number, { operation, connections, figures }: Cell): string[] {
  const { JupyterHub: theirs, hubgate: ours } = figures
  const [their, our] = [median(theirs.rates), median(ours.rates)]
  return [
    ...[operation.title, whole(users), `${connections}`],
    ...[rounded(their), rounded(our), `${rounded(our / their)}×`],
    ...[delays(theirs), delays(ours)],
  ]
}
