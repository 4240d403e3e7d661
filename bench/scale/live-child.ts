// A table with routes in a process of its own: told a store, it commits servers that got ready, one
// after another, and tells how long it took until a look-up found each. Run with --expose-gc.
import { strictEqual } from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../src/base/clock.ts'
import { openLog } from '../../src/base/log.ts'
import { keys } from '../../src/hub/keys.ts'
import { RouteTable } from '../../src/proxy/route-table.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/port.ts'
import { seededName } from '../../test/support/seed.ts'
import { readyServer, routeWrites } from './seed-routes.ts'

export interface LiveOrder {
  store: string
  routes: number
  commits: number
}

/** Milliseconds from the moment that a commit was known to be done until its route was found. */
export interface LiveResult {
  /** On the replica that committed. */
  here: number[]
  /** On another one. */
  there: number[]
  /** What reading one key takes, to compare. */
  read: number[]
}

/** As a request does (edge/notebook.ts): who finds nothing waits for what is under way. */
async function untilFound(table: RouteTable, user: string, runId: string | null): Promise<number> {
  const began = performance.now()
  if (table.find(user, null)?.runId !== runId) await table.settled()
  while (table.find(user, null)?.runId !== runId) await delay(0)
  return performance.now() - began
}

async function run({ store: url, routes, commits }: LiveOrder): Promise<LiveResult> {
  const log = openLog('silent')
  const open = async (): Promise<[Store, RouteTable]> => {
    const store = await openStore(url, { clock: systemClock, log })
    const table = new RouteTable({ store, log, baseUrl: '/' })
    await table.load()
    return [store, table]
  }
  const [store, table] = await open()
  const [otherStore, other] = await open()
  strictEqual(table.all().length, routes)
  const result: LiveResult = { here: [], there: [], read: [] }
  for (let n = 0; n < commits; n++) {
    // Half of them new, half of them another run of a server that is there.
    const user = n % 2 === 0 ? `new-${n}` : seededName(n)
    const server = readyServer(user, '', 20_000 + n, `run-${n}`)
    await store.commit({ set: routeWrites(server) })
    const [here, there] = await Promise.all([
      untilFound(table, user, server.runId),
      untilFound(other, user, server.runId),
    ])
    const began = performance.now()
    await store.get(keys.server(user, ''))
    result.read.push(performance.now() - began)
    result.here.push(here)
    result.there.push(there)
    await delay(n % 10)
  }
  for (const one of [table, other]) one.close()
  await Promise.all([store.close(), otherStore.close()])
  return result
}

process.once('message', (order: LiveOrder) => {
  run(order).then(
    (result) => process.send?.({ result }, () => process.exit(0)),
    (error: unknown) => process.send?.({ error: String(error) }, () => process.exit(1)),
  )
})
