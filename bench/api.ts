import type { Effort } from './api/cells.ts'
import { COLUMNS, CONNECTIONS, cellsOf, measureAll, rowOf } from './api/cells.ts'
import { jupyterHubVersion } from './api/jupyterhub.ts'
import { limitsOf } from './api/limits.ts'
import { startLoad } from './api/load-process.ts'
import type { Operation } from './api/operations.ts'
import { OPERATIONS } from './api/operations.ts'
import { Pair } from './api/pair.ts'
import { printMarkdown, ROUNDS, whole } from './figures.ts'
import { forgetPeak, peakMemory, residentMemory } from './memory.ts'

const USERS = [1_000, 10_000]
/** How many read whole lists at a time while memory is looked at, and for how many milliseconds. */
const READERS = 4
const READ_MS = 1_500

/** The most memory that each needs for some whole lists, beside what it has before. */
async function memoryOf(pair: Pair, signal: AbortSignal): Promise<string[][]> {
  const burst = { operation: 'wholeList', connections: READERS, forMs: READ_MS }
  const rows: string[][] = []
  for (const subject of pair.subjects) {
    const before = await residentMemory(subject.pid)
    await forgetPeak(subject.pid)
    await pair.send(subject, burst, signal)
    const peak = await peakMemory(subject.pid)
    rows.push([subject.name, whole(pair.users), whole(before), whole(peak)])
  }
  return rows
}

function chosen(options: readonly string[]): [string, Operation][] {
  const only = options.flatMap((option) => /^--only=(.*)$/.exec(option)?.[1]?.split(',') ?? [])
  return Object.entries(OPERATIONS).filter(
    ([key]) => key !== 'nothing' && (only.length === 0 || only.includes(key)),
  )
}

/**
 * The REST API beside a real JupyterHub: requests per second with as many users, the same requests
 * from the same sender, each in turn.
 * @param options `--quick` measures once and shortly, `--only=page,createUser` some operations
 */
export async function benchApi(signal: AbortSignal, options: readonly string[]): Promise<void> {
  const quick = options.includes('--quick')
  const effort: Effort = { rounds: quick ? 1 : ROUNDS, share: quick ? 0.5 : 1, signal }
  await using cleanup = new AsyncDisposableStack()
  const load = startLoad(cleanup)
  const rows: string[][] = []
  const memory: string[][] = []
  for (const users of USERS) {
    await using hubs = new AsyncDisposableStack()
    const pair = await Pair.open(users, load, hubs, signal)
    // What changes something comes last, or the lists would grow between rounds.
    for (const writes of [false, true]) {
      const operations = chosen(options).filter(([, operation]) => operation.writes === writes)
      for (const [key, operation] of operations) await pair.verify(key, operation)
      if (!writes) memory.push(...(await memoryOf(pair, signal)))
      const cells = cellsOf(operations)
      await measureAll(pair, cells, effort)
      rows.push(...cells.map((cell) => rowOf(users, cell)))
    }
  }
  const version = await jupyterHubVersion()
  const { answers, commits } = await limitsOf(load, CONNECTIONS, signal)
  printMarkdown(
    `api: requests per second, median of ${effort.rounds} rounds, beside JupyterHub ${version}; SQLite both`,
    COLUMNS,
    rows,
  )
  console.log(
    `\nA Node server that only answers a fixed text, the same sender: ${answers.map(whole).join(' and ')}/s ` +
      `at ${CONNECTIONS.join(' and ')} connections. SQLite alone, one row a commit: ${whole(commits)}/s.`,
  )
  printMarkdown(
    `api: resident memory, MiB, before and at most while ${READERS} connections read whole lists`,
    ['hub', 'users', 'before', 'at most'],
    memory,
  )
}
