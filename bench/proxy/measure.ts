import { setTimeout as delay } from 'node:timers/promises'
import { residentMemory } from '../memory.ts'
import type { Cell } from './cells.ts'
import type { MemoryFigures, Results } from './figures.ts'
import type { Load } from './load-process.ts'
import { cpuSeconds } from './processes.ts'
import { socketHead } from './requests.ts'
import type { Subject } from './subject.ts'
import { WORKERS } from './subject.ts'

/**
 * V8 compiles what is used much, and half of what a request costs at first is that. So each process that
 * answers has so many requests before the first cell, if it takes them within so many milliseconds.
 */
const FIRST_REQUESTS = 60_000
const FIRST_WARM_UP_MS = 10_000
/** Before each cell. */
const WARM_UP_MS = 300
const MEASURE_MS = 1_500

/**
 * WebSockets that are open while memory is looked at, and those that are opened before once; for each
 * process that answers.
 */
export const IDLE_SOCKETS = 2_000
const FIRST_SOCKETS = 200
/** Until what a burst leaves behind is dealt with. */
const SETTLE_MS = 2_500

export interface Effort {
  rounds: number
  /** 1, or less to take less time. */
  share: number
  signal: AbortSignal
}

export async function warmUp(
  load: Load,
  cell: Cell,
  subject: Subject,
  { share, signal }: Effort,
): Promise<void> {
  const wanted = FIRST_REQUESTS * share * (WORKERS[subject.key] ?? 1)
  const end = performance.now() + FIRST_WARM_UP_MS * share
  let answered = 0
  while (answered < wanted && performance.now() < end) {
    const { latencies } = await load.run(cell.order(subject, 500), signal)
    answered += latencies.length
  }
}

/** One cell of one subject. */
export async function measure(
  load: Load,
  cell: Cell,
  subject: Subject,
  results: Results,
  { share, signal }: Effort,
): Promise<void> {
  await load.run(cell.order(subject, WARM_UP_MS * share), signal)
  const pids = await subject.pids()
  const before = await cpuSeconds(pids)
  const result = await load.run(cell.order(subject, MEASURE_MS * share), signal)
  const used = (await cpuSeconds(pids)) - before
  results.add(cell, subject.key, { ...result, cpuSeconds: used })
}

/** Resident memory of all its processes, in MiB. */
async function memoryOf(subject: Subject): Promise<number> {
  const pids = await subject.pids()
  const all = await Promise.all(pids.map(residentMemory))
  return all.reduce((sum, one) => sum + one, 0)
}

const settle = (signal: AbortSignal): Promise<void> => delay(SETTLE_MS, undefined, { signal })

/** What a subject needs that has nothing to do, and for each WebSocket on which nothing happens. */
export async function measureIdle(
  load: Load,
  subject: Subject,
  figures: MemoryFigures,
  signal: AbortSignal,
): Promise<void> {
  const { port, targets } = subject
  const head = socketHead(port, targets[0]!)
  const workers = WORKERS[subject.key] ?? 1
  const [first, sockets] = [FIRST_SOCKETS * workers, IDLE_SOCKETS * workers]
  figures.idle.push(await memoryOf(subject))
  await load.run({ kind: 'idle', port, head, sockets: first }, signal)
  await load.run({ kind: 'release' }, signal)
  await settle(signal)
  const before = await memoryOf(subject)
  await load.run({ kind: 'idle', port, head, sockets }, signal)
  await settle(signal)
  const after = await memoryOf(subject)
  figures.perSocket.push(((after - before) * 1024) / sockets)
  await load.run({ kind: 'release' }, signal)
}

/** What it has after all that was asked of it. */
export async function measureAfter(subject: Subject, figures: MemoryFigures): Promise<void> {
  figures.after.push(await memoryOf(subject))
}
