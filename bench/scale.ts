import { join } from 'node:path'
import { systemClock } from '../src/base/clock.ts'
import { openLog } from '../src/base/log.ts'
import { openStore } from '../src/store/open.ts'
import { percentile, printMarkdown, whole } from './figures.ts'
import { startRedis } from './redis.ts'
import { benchAnswered } from './scale/answered.ts'
import { inChild } from './scale/child.ts'
import { benchIdle } from './scale/idle.ts'
import type { LiveResult } from './scale/live-child.ts'
import type { Seeded } from './scale/seed-routes.ts'
import { seedRoutes } from './scale/seed-routes.ts'
import type { TableResult } from './scale/table-child.ts'
import { scratchDir } from './scratch-dir.ts'

const SIZES = [100, 10_000, 100_000]
const COMMITS = 200
const DRIVERS = ['SQLite', 'Redis'] as const

/** A store with routes in it. */
interface Place extends Seeded {
  driver: (typeof DRIVERS)[number]
  store: string
}

const two = (value: number): string => value.toFixed(2)

async function prepare(
  driver: Place['driver'],
  size: number,
  cleanup: AsyncDisposableStack,
): Promise<Place> {
  const store =
    driver === 'SQLite'
      ? `sqlite:${join(await scratchDir(cleanup), 'hubgate.sqlite')}`
      : cleanup.use(await startRedis()).url('/0')
  const opened = await openStore(store, { clock: systemClock, log: openLog('silent') })
  try {
    return { driver, store, ...(await seedRoutes(opened, size)) }
  } finally {
    await opened.close()
  }
}

async function benchTables(places: readonly Place[], signal: AbortSignal): Promise<void> {
  const rows: string[][] = []
  let first: TableResult | undefined
  for (const { driver, store, routes, users } of places) {
    const order = { store, routes, users }
    const table = await inChild<TableResult>('table-child.ts', order, signal)
    first ??= table
    rows.push([
      driver,
      whole(routes),
      whole(table.fewNs),
      `${two(table.fewNs / first.fewNs)}×`,
      whole(table.allNs),
      `${two(table.allNs / first.allNs)}×`,
      whole(table.loadMs),
      two(table.heap),
      whole((table.heap * 1024 * 1024) / routes),
      two(table.resident),
      whole(table.resyncMs),
      two(table.heldMs),
    ])
  }
  const columns = [
    'store',
    'routes',
    '100 users ask, ns',
    'ratio',
    'all ask, ns',
    'ratio',
    'load ms',
    'heap MiB',
  ]
  columns.push('heap bytes a route', 'RSS MiB', 'read again ms', 'held at most ms')
  printMarkdown('scale: the route table (times are CPU time)', columns, rows)
}

async function benchLive(places: readonly Place[], signal: AbortSignal): Promise<void> {
  const rows: string[][] = []
  for (const { driver, store, routes } of places) {
    const order = { store, routes, commits: COMMITS }
    const { here, there, read } = await inChild<LiveResult>('live-child.ts', order, signal)
    for (const [where, times] of [
      ['the replica that commits', here],
      ['another replica', there],
      ['(one key is read)', read],
    ] as const) {
      const sorted = times.toSorted((a, b) => a - b)
      const figures = [0.5, 0.99, 1].map((share) => two(percentile(sorted, share)))
      rows.push([driver, whole(routes), where, ...figures])
    }
  }
  const columns = ['store', 'routes', 'looked up on', 'median ms', 'p99 ms', 'longest ms']
  printMarkdown(
    `scale: from a commit's end until its route is found, ${COMMITS} commits`,
    columns,
    rows,
  )
}

/**
 * What many routes and many idle WebSockets cost.
 * @param options `--quick` with fewer of both
 */
export async function benchScale(signal: AbortSignal, options: readonly string[]): Promise<void> {
  const quick = options.includes('--quick')
  await using cleanup = new AsyncDisposableStack()
  const places: Place[] = []
  for (const driver of DRIVERS) {
    for (const size of quick ? SIZES.slice(0, 2) : SIZES) {
      places.push(await prepare(driver, size, cleanup))
    }
  }
  await benchTables(places, signal)
  const largest = Math.max(...places.map(({ routes }) => routes))
  await benchLive(
    places.filter(({ routes }) => routes === largest),
    signal,
  )
  await benchAnswered(signal, quick)
  await benchIdle(signal, quick)
}
