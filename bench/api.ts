import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startHubgate } from './api/hubgate.ts'
import { jupyterHubVersion, startJupyterHub } from './api/jupyterhub.ts'
import type { Load } from './api/load-process.ts'
import { startLoad } from './api/load-process.ts'
import type { Facts, Operation } from './api/operations.ts'
import { OPERATIONS } from './api/operations.ts'
import type { Subject } from './api/subject.ts'
import { ask } from './api/subject.ts'
import { median, percentile, printMarkdown, ROUNDS, whole } from './figures.ts'
import { Running } from './gateway.ts'
import { forgetPeak, peakMemory, residentMemory } from './memory.ts'

const USERS = [1_000, 10_000]
const CONNECTIONS = [1, 16]
/** How many users' tokens ask `GET /user` in turn. */
const TOKENS = 100
const MEASURE_MS = 1_500
/** Before each measurement, and once for each operation: compilers take seconds to be done. */
const WARM_UP_MS = 200
const FIRST_WARM_UP_MS = 2_000

/** What is measured of one subject in one cell of the table. */
interface Cell {
  key: string
  operation: Operation
  connections: number
  rates: Map<string, number[]>
  latencies: Map<string, number[]>
}

/** Two hubs with as many users. */
interface Pair {
  users: number
  subjects: readonly Subject[]
  facts: ReadonlyMap<Subject, Facts>
  /** The number of each subject's next request of an operation. */
  next: Map<string, number>
}

interface Run {
  load: Load
  rounds: number
  share: number
  signal: AbortSignal
}

async function openPair(
  users: number,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Pair> {
  const dir = await mkdtemp(join(tmpdir(), 'hubgate-bench-'))
  cleanup.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
  const subjects = [
    await startJupyterHub(dir, users, TOKENS, cleanup, signal),
    await startHubgate(dir, users, TOKENS, cleanup, signal),
  ]
  const facts = new Map(
    subjects.map((subject) => {
      const { admin, tokens, name } = subject
      return [subject, { users, admin, tokens, tag: `${name.toLowerCase()}` }]
    }),
  )
  return { users, subjects, facts, next: new Map() }
}

/** Takes the numbers of the next requests. */
function take(pair: Pair, subject: Subject, key: string, count: number): number {
  const id = `${subject.name} ${key}`
  const from = pair.next.get(id) ?? 0
  pair.next.set(id, from + count)
  return from
}

/** @throws AssertionError when a hub does not answer what it is measured for */
async function verify(pair: Pair, key: string, operation: Operation): Promise<void> {
  for (const subject of pair.subjects) {
    const facts = pair.facts.get(subject)!
    const n = take(pair, subject, key, 1)
    const { method, path, token, body } = operation.call(n, facts)
    const answer = await ask(subject.port, token, method, path, body)
    if (answer.status !== operation.status) throw new Error(`${path}: ${answer.status}`)
    await operation.verify(answer.body, n, facts, subject)
  }
}

async function send(pair: Pair, subject: Subject, cell: Cell, forMs: number, run: Run) {
  const id = `${subject.name} ${cell.key}`
  const from = pair.next.get(id) ?? 0
  const { port } = subject
  const facts = pair.facts.get(subject)!
  const { key: operation, connections } = cell
  const result = await run.load.run(
    { port, operation, facts, connections, forMs, from },
    run.signal,
  )
  pair.next.set(id, from + result.latencies.length)
  return result
}

async function measure(pair: Pair, subject: Subject, cell: Cell, run: Run): Promise<void> {
  await send(pair, subject, cell, WARM_UP_MS * run.share, run)
  const { elapsedMs, latencies } = await send(pair, subject, cell, MEASURE_MS * run.share, run)
  listIn(cell.rates, subject.name).push((latencies.length * 1_000) / elapsedMs)
  listIn(cell.latencies, subject.name).push(...latencies)
}

function listIn(map: Map<string, number[]>, key: string): number[] {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}

function cellsOf(key: string, operation: Operation): Cell[] {
  return CONNECTIONS.map((connections) => {
    return { key, operation, connections, rates: new Map(), latencies: new Map() }
  })
}

async function measureAll(pair: Pair, cells: readonly Cell[], run: Run): Promise<void> {
  for (const cell of cells.filter(({ connections }) => connections > 1)) {
    for (const subject of pair.subjects) await send(pair, subject, cell, FIRST_WARM_UP_MS, run)
  }
  for (let round = 0; round < run.rounds; round++) {
    const inOrder = round % 2 === 0 ? pair.subjects : pair.subjects.toReversed()
    for (const cell of cells) {
      for (const subject of inOrder) await measure(pair, subject, cell, run)
    }
  }
}

/** What a Node server reaches that does nothing, in requests per second. */
async function ceiling(connections: number, run: Run): Promise<number> {
  const child = fork(join(import.meta.dirname, 'api', 'ceiling.ts'))
  await using _running = new Running(child)
  const [port] = (await once(child, 'message', { signal: run.signal })) as [number]
  const facts = { users: 1, admin: '', tokens: [''], tag: '' }
  const order = { port, operation: 'nothing', facts, connections, forMs: MEASURE_MS, from: 0 }
  await run.load.run(order, run.signal)
  const { latencies, elapsedMs } = await run.load.run(order, run.signal)
  return (latencies.length * 1_000) / elapsedMs
}

/** The most memory that each needs for some whole lists, beside what it has before. */
async function memoryOf(pair: Pair, run: Run): Promise<string[][]> {
  const operation = OPERATIONS['wholeList']!
  const cell = { ...cellsOf('wholeList', operation)[0]!, connections: 4 }
  const rows: string[][] = []
  for (const subject of pair.subjects) {
    const before = await residentMemory(subject.pid)
    await forgetPeak(subject.pid)
    await send(pair, subject, cell, MEASURE_MS * run.share, run)
    const peak = await peakMemory(subject.pid)
    rows.push([subject.name, whole(pair.users), whole(before), whole(peak)])
  }
  return rows
}

function rowOf(users: number, { operation, connections, rates, latencies }: Cell): string[] {
  const figures = (['JupyterHub', 'hubgate'] as const).map((name) => {
    const sorted = (latencies.get(name) ?? []).toSorted((a, b) => a - b)
    const [p50, p99] = [0.5, 0.99].map((share) => millis(percentile(sorted, share)))
    return { rate: median(rates.get(name) ?? []), delay: `${p50} / ${p99}` }
  })
  const [theirs, ours] = figures as [(typeof figures)[0], (typeof figures)[0]]
  return [
    ...[operation.title, whole(users), `${connections}`],
    ...[rounded(theirs.rate), rounded(ours.rate), `${rounded(ours.rate / theirs.rate)}×`],
    ...[theirs.delay, ours.delay],
  ]
}

const rounded = (value: number): string => (value < 20 ? value.toFixed(1) : whole(value))
const millis = (value: number): string => (value < 10 ? value.toFixed(2) : whole(value))

/**
 * The REST API beside a real JupyterHub: requests per second with as many users, the same requests
 * from the same sender, each in turn.
 * @param options `--quick` measures once and shortly, `--only=page,createUser` some operations
 */
export async function benchApi(signal: AbortSignal, options: readonly string[]): Promise<void> {
  const quick = options.includes('--quick')
  const only = options.flatMap((option) => /^--only=(.*)$/.exec(option)?.[1]?.split(',') ?? [])
  await using cleanup = new AsyncDisposableStack()
  const run: Run = {
    load: startLoad(cleanup),
    rounds: quick ? 1 : ROUNDS,
    share: quick ? 0.5 : 1,
    signal,
  }
  const rows: string[][] = []
  const memory: string[][] = []
  const chosen = Object.entries(OPERATIONS).filter(
    ([key]) => key !== 'nothing' && (only.length === 0 || only.includes(key)),
  )
  for (const users of USERS) {
    await using hubs = new AsyncDisposableStack()
    const pair = await openPair(users, hubs, signal)
    for (const writes of [false, true]) {
      const operations = chosen.filter(([, operation]) => operation.writes === writes)
      for (const [key, operation] of operations) await verify(pair, key, operation)
      if (!writes) memory.push(...(await memoryOf(pair, run)))
      const cells = operations.flatMap(([key, operation]) => cellsOf(key, operation))
      await measureAll(pair, cells, run)
      rows.push(...cells.map((cell) => rowOf(users, cell)))
    }
  }
  const version = await jupyterHubVersion()
  const most: string[] = []
  for (const connections of CONNECTIONS) most.push(whole(await ceiling(connections, run)))
  printMarkdown(
    `api: requests per second, median of ${run.rounds} rounds, beside JupyterHub ${version}; SQLite both`,
    [
      ...['request', 'users', 'connections', 'JupyterHub/s', 'hubgate/s', 'ratio'],
      ...['JupyterHub p50 / p99 ms', 'hubgate p50 / p99 ms'],
    ],
    rows,
  )
  console.log(
    `\nA Node server that only answers a fixed text, the same sender: ${most.join(' and ')}/s ` +
      `at ${CONNECTIONS.join(' and ')} connections.`,
  )
  printMarkdown(
    'api: resident memory, MiB, before and at most while 4 connections read whole lists',
    ['hub', 'users', 'before', 'at most'],
    memory,
  )
}
