import { ROUNDS } from './figures.ts'
import { routesTo, startBackend } from './proxy/backend-process.ts'
import type { Cell } from './proxy/cells.ts'
import { CELLS, eachRouteOnce, MANY, ROUTES_CELL, turnsOf } from './proxy/cells.ts'
import { Results } from './proxy/figures.ts'
import type { Load } from './proxy/load-process.ts'
import { startLoad } from './proxy/load-process.ts'
import type { Effort } from './proxy/measure.ts'
import { measure, measureAfter, measureIdle, warmUp } from './proxy/measure.ts'
import { loadBefore, reportText } from './proxy/report.ts'
import type { Subject, SubjectKey } from './proxy/subject.ts'
import { SUBJECT_KEYS, startSubjects, WITH_ROUTES } from './proxy/subjects.ts'
import { verify, verifyRoutes } from './proxy/verify.ts'
import { writeReport } from './proxy/write-docs.ts'
import { scratchDir } from './scratch-dir.ts'

interface Run {
  load: Load
  results: Results
  effort: Effort
  cells: readonly Cell[]
  keys: readonly SubjectKey[]
  /** Whether memory is looked at. */
  memory: boolean
}

async function startAll(
  { keys, effort: { signal } }: Run,
  count: number,
  cleanup: AsyncDisposableStack,
): Promise<Subject[]> {
  const dir = await scratchDir(cleanup)
  const backend = await startBackend(count > 1, cleanup, signal)
  const place = { dir, routes: routesTo(backend, count), backend: backend.pid, cleanup, signal }
  return startSubjects(keys, place)
}

/** One cell of all subjects, to and fro. */
async function measureInTurn(
  { load, results, effort }: Run,
  cell: Cell,
  inOrder: readonly Subject[],
): Promise<void> {
  for (let turn = 0; turn < turnsOf(cell); turn++) {
    const subjects = turn % 2 === 0 ? inOrder : inOrder.toReversed()
    for (const subject of subjects) await measure(load, cell, subject, results, effort)
  }
}

/** One round of all cells with one server: fresh processes, and in each cell each subject in turn. */
async function roundOf(run: Run, isReversed: boolean): Promise<void> {
  const { load, results, effort, cells } = run
  await using cleanup = new AsyncDisposableStack()
  const subjects = await startAll(run, 1, cleanup)
  const inOrder = isReversed ? subjects.toReversed() : subjects
  for (const subject of subjects) await verify(subject)
  if (run.memory) {
    for (const subject of inOrder.filter(({ key }) => key !== 'direct')) {
      await measureIdle(load, subject, results.memoryOf(subject.key), effort.signal)
    }
  }
  if (cells.length === 0) return
  for (const subject of inOrder) await warmUp(load, CELLS[1]!, subject, effort)
  for (const cell of cells) await measureInTurn(run, cell, inOrder)
  if (!run.memory) return
  for (const subject of inOrder) await measureAfter(subject, results.memoryOf(subject.key))
}

/**
 * One round with many servers, each of which has been asked before: one subject after the other, for
 * each of them holds a connection to every server.
 */
async function routesRoundOf(run: Run, isReversed: boolean): Promise<void> {
  const { load, results, effort } = run
  const keys = run.keys.filter((key) => WITH_ROUTES.includes(key))
  for (const key of isReversed ? keys.toReversed() : keys) {
    await using cleanup = new AsyncDisposableStack()
    const [subject] = await startAll({ ...run, keys: [key] }, MANY, cleanup)
    if (subject === undefined) continue
    await verifyRoutes(subject)
    await load.run(eachRouteOnce(subject), effort.signal)
    await warmUp(load, ROUTES_CELL, subject, effort)
    await measure(load, ROUTES_CELL, subject, results, effort)
  }
}

const valuesOf = (options: readonly string[], name: string): string[] =>
  options.flatMap((option) =>
    option.startsWith(`--${name}=`) ? option.slice(name.length + 3).split(',') : [],
  )

/** @throws Error when something is named that there is not */
function chosen<Key extends string>(
  options: readonly string[],
  name: string,
  known: readonly Key[],
): readonly Key[] {
  const named = valuesOf(options, name)
  const unknown = named.filter((one) => !known.some((key) => key === one))
  if (unknown.length > 0) {
    throw new Error(`--${name} knows no ${unknown.join(', ')}; there are ${known.join(', ')}`)
  }
  return named.length === 0 ? known : known.filter((key) => named.includes(key))
}

/**
 * What notebook requests cost on their way: hubgate beside configurable-http-proxy and nginx, before
 * one backend, the same requests from the same sender, each in turn.
 * @param options `--write` puts the result in docs/performance.md; `--quick` measures once and shortly,
 *   `--rounds=5`, `--only=small-32,memory` some cells, `--subjects=chp,token` some subjects
 */
export async function benchProxy(signal: AbortSignal, options: readonly string[]): Promise<void> {
  const quick = options.includes('--quick')
  const rounds = Number(valuesOf(options, 'rounds')[0] ?? (quick ? 1 : ROUNDS))
  const effort: Effort = { rounds, share: quick ? 0.5 : 1, signal }
  const names = chosen(options, 'only', [...CELLS.map(({ key }) => key), 'routes', 'memory'])
  const keys = chosen(options, 'subjects', SUBJECT_KEYS)
  const isWhole = names.length === CELLS.length + 2 && keys.length === SUBJECT_KEYS.length
  const writes = options.includes('--write')
  if (writes && !isWhole) throw new Error('--write wants the whole: not --only, not --subjects')
  const cells = CELLS.filter(({ key }) => names.includes(key))
  const [memory, routes] = [names.includes('memory'), names.includes('routes')]
  const results = new Results()
  const load = loadBefore()
  await using cleanup = new AsyncDisposableStack()
  const run = { load: startLoad(cleanup), results, effort, cells, keys, memory }
  try {
    for (let round = 0; round < rounds; round++) {
      if (cells.length > 0 || memory) await roundOf(run, round % 2 === 1)
      if (routes) await routesRoundOf(run, round % 2 === 1)
    }
  } catch (error) {
    // What there is, also when something did not answer as it should.
    console.log(await reportText({ results, cells, keys, rounds, memory, routes, load }))
    throw error
  }
  const report = await reportText({ results, cells, keys, rounds, memory, routes, load })
  console.log(report)
  if (writes) await writeReport(report)
}
