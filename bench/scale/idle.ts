import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { printMarkdown, whole } from '../figures.ts'
import { Running } from '../gateway.ts'
import { cpuSeconds } from '../proxy/processes.ts'
import type { Probe } from '../soak/hub.ts'
import { Hub } from '../soak/hub.ts'
import type { IdleOrder } from './idle-clients.ts'

const WEBSOCKETS = 10_000
const FEW = 500
const PER_SERVER = 1_000
/** So long they are idle before anything is measured, and while it is, in milliseconds. */
const SETTLE_MS = 5_000
const IDLE_MS = 35_000
const KIBIBYTE = 1024

/** How many a gateway can have: each needs two files, and it needs some for itself. */
async function mostWebSockets(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8')
  const files = /^Max open files +(\d+)/m.exec(limits)?.[1] ?? '1024'
  return Math.min(WEBSOCKETS, Math.floor((Number(files) - 500) / 2 / 50) * 50)
}

/** What all processes of a gateway hold, in bytes. */
async function held(hub: Hub): Promise<{ heap: number; resident: number }> {
  const probes = await Promise.all((await hub.pids()).map((pid) => hub.probe(pid)))
  const sum = (of: (probe: Probe) => number): number =>
    probes.reduce((total, probe) => total + of(probe), 0)
  return { heap: sum((one) => one.heapUsed + one.external), resident: sum((one) => one.rss) }
}

/** @returns a row of the table */
async function idle(workers: number, count: number, signal: AbortSignal): Promise<string[]> {
  await using hub = await Hub.start(workers > 1 ? { listen: { workers } } : {})
  const users = Array.from({ length: Math.ceil(count / PER_SERVER) }, (_, n) => `reader-${n}`)
  for (const user of users) await hub.gateway.startServer(user)
  const accesses = await Promise.all(users.map((user) => hub.access(user)))
  const child = fork(join(import.meta.dirname, 'idle-clients.ts'))
  await using _clients = new Running(child)
  const tell = async (order: IdleOrder | 'count'): Promise<number> => {
    const answered = once(child, 'message', { signal })
    child.send(order)
    const [open] = (await answered) as [number | string]
    if (typeof open === 'string') throw new Error(open)
    return open
  }
  // What is made once is there before.
  await tell({ port: hub.port, accesses, count: workers * users.length })
  await delay(SETTLE_MS)
  const before = await held(hub)
  const wanted = workers * users.length + count
  const opened = await tell({ port: hub.port, accesses, count })
  if (opened !== wanted) throw new Error(`${opened} of ${wanted} WebSockets are open`)
  await delay(SETTLE_MS)
  const after = await held(hub)
  const pids = await hub.pids()
  const computed = await cpuSeconds(pids)
  await delay(IDLE_MS, undefined, { signal })
  const share = ((await cpuSeconds(pids)) - computed) / (IDLE_MS / 1_000)
  const left = await tell('count')
  if (left !== wanted) throw new Error(`${wanted - left} idle WebSockets were closed`)
  const each = (a: number, b: number): string => ((b - a) / count / KIBIBYTE).toFixed(1)
  return [
    whole(count),
    whole(workers),
    each(before.resident, after.resident),
    each(before.heap, after.heap),
    whole(after.resident / KIBIBYTE / KIBIBYTE),
    `${(share * 100).toFixed(1)} % of a core`,
  ]
}

/** Many WebSockets on which nothing is said: what each costs the gateway. */
export async function benchIdle(signal: AbortSignal, quick: boolean): Promise<void> {
  const most = await mostWebSockets()
  const rows = [await idle(1, quick ? FEW : most, signal)]
  if (!quick && most < WEBSOCKETS) rows.push(await idle(2, WEBSOCKETS, signal))
  printMarkdown(
    'scale: idle WebSockets through one gateway, with the default pings',
    ['WebSockets', 'workers', 'KiB of RSS each', 'KiB of heap each', 'RSS MiB', 'CPU while idle'],
    rows,
  )
}
