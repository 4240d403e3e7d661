// The route table in a process of its own: told a store and how many routes it has, it loads them
// and looks them up, and tells what that took. Run with --expose-gc.
import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { RouteTable } from '../../src/proxy/route-table.ts'
import { openStore } from '../../src/store/open.ts'
import { seededName } from '../../test/support/seed.ts'
import { median } from '../figures.ts'
import { hasNamed, NAMED } from './seed-routes.ts'

/** Look-ups are timed in rounds of so many. */
const LOOK_UPS = 500_000
const ROUNDS = 7
/** So many users ask again and again when it is only the table that grows. */
const FEW = 100
const MEBIBYTE = 1024 * 1024

export interface TableOrder {
  store: string
  routes: number
  users: number
}

/** Times are those that the process computed for: others on the machine do not count. */
export interface TableResult {
  /** To load everything, in milliseconds. */
  loadMs: number
  /** To read everything again, in milliseconds. */
  resyncMs: number
  /** The longest that requests had to wait for their turn meanwhile, in milliseconds. */
  heldMs: number
  /** More of the heap than before, in MiB. */
  heap: number
  /** More resident memory than before, in MiB. */
  resident: number
  /** Nanoseconds of a look-up, when a few users ask again and again, and when all do in turn. */
  fewNs: number
  allNs: number
}

/** What this thread has computed for, in milliseconds. */
function computed(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

function heap(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

interface Asked {
  name: string
  second: string | null
  server: string
}

/** Names in an order in which memory does not help, as requests come in. */
function askedFor(users: number, count: number): Asked[] {
  return Array.from({ length: count }, (_, i) => {
    const n = (i * 48_271) % users
    const kind = i % 3
    const isNamed = kind === 1 && hasNamed(n)
    const second = kind === 0 ? null : isNamed ? NAMED : 'lab'
    // As a name comes out of a request's path: a string that no table has seen.
    return { name: Buffer.from(seededName(n)).toString(), second, server: isNamed ? NAMED : '' }
  })
}

/** @returns nanoseconds of a look-up, the median of some rounds */
function timeLookUps(table: RouteTable, asked: readonly Asked[]): number {
  for (const { name, second, server } of asked) {
    const route = table.find(name, second)
    deepStrictEqual([route?.user, route?.server], [name, server])
  }
  strictEqual(table.find('nobody', null), undefined)
  const round = (): number => {
    let found = 0
    const began = computed()
    for (let left = LOOK_UPS; left > 0; ) {
      for (const { name, second } of asked) {
        if (left-- > 0 && table.find(name, second) !== undefined) found++
      }
    }
    const took = computed() - began
    strictEqual(found, LOOK_UPS)
    return (took * 1_000_000) / LOOK_UPS
  }
  return median(Array.from({ length: ROUNDS }, round).slice(1))
}

/** Everything again, while it is looked how long others have to wait for their turn. */
async function resync(table: RouteTable): Promise<Pick<TableResult, 'heldMs' | 'resyncMs'>> {
  let heldMs = 0
  let last = computed()
  const look = (): void => {
    const now = computed()
    heldMs = Math.max(heldMs, now - last)
    last = now
    waiting = setImmediate(look)
  }
  let waiting = setImmediate(look)
  const began = computed()
  await table.resync()
  const resyncMs = computed() - began
  clearImmediate(waiting)
  return { heldMs, resyncMs }
}

async function run({ store: url, routes, users }: TableOrder): Promise<TableResult> {
  const log = openLog('silent')
  const store = await openStore(url, { clock: systemClock, log })
  const table = new RouteTable({ store, log, baseUrl: '/' })
  const heapBefore = heap()
  const residentBefore = process.memoryUsage.rss()
  const began = computed()
  await table.load()
  const loadMs = computed() - began
  strictEqual(table.all().length, routes)
  await delay(100)
  const heapAfter = heap()
  const resident = process.memoryUsage.rss() - residentBefore
  const fewNs = timeLookUps(table, askedFor(users, FEW))
  const allNs = timeLookUps(table, askedFor(users, users))
  const again = await resync(table)
  strictEqual(table.all().length, routes)
  table.close()
  await store.close()
  return {
    ...again,
    loadMs,
    heap: (heapAfter - heapBefore) / MEBIBYTE,
    resident: resident / MEBIBYTE,
    fewNs,
    allNs,
  }
}

process.once('message', (order: TableOrder) => {
  run(order).then(
    (result) => process.send?.({ result }, () => process.exit(0)),
    (error: unknown) => process.send?.({ error: String(error) }, () => process.exit(1)),
  )
})
