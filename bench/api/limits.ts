import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Running } from '../gateway.ts'
import { scratchDir } from '../scratch-dir.ts'
import { bareCommits } from './bare-commits.ts'
import type { Load } from './load-process.ts'

const MEASURE_MS = 1_500

/** What nobody on this machine exceeds, per second. */
export interface Limits {
  /** Answers of a Node server that does nothing else, by connections. */
  answers: number[]
  /** Commits of one row by SQLite, one after the other. */
  commits: number
}

async function bareAnswers(load: Load, connections: number, signal: AbortSignal): Promise<number> {
  const child = fork(join(import.meta.dirname, 'ceiling.ts'))
  await using _running = new Running(child)
  const [port] = (await once(child, 'message', { signal })) as [number]
  const facts = { users: 1, admin: '', tokens: [''], tag: '' }
  const order = { port, operation: 'nothing', facts, connections, forMs: MEASURE_MS, from: 0 }
  await load.run(order, signal)
  const { latencies, elapsedMs } = await load.run(order, signal)
  return (latencies.length * 1_000) / elapsedMs
}

export async function limitsOf(
  load: Load,
  connections: readonly number[],
  signal: AbortSignal,
): Promise<Limits> {
  await using cleanup = new AsyncDisposableStack()
  const answers: number[] = []
  for (const count of connections) answers.push(await bareAnswers(load, count, signal))
  return { answers, commits: bareCommits(await scratchDir(cleanup), MEASURE_MS) }
}
