import { readdir, readlink } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Hub } from './hub.ts'

/** Looks at memory; the least of them counts. */
const LOOKS = 3
const BETWEEN_MS = 1_500
const MEBIBYTE = 1024 * 1024

/** What a gateway holds, by name; of all its processes together. */
export type Sample = Map<string, number>

/** How far each figure may have grown, by a count or a share of what it was; or the most it may be. */
const TOLERANCES: readonly (readonly [name: RegExp, Tolerance])[] = [
  // The connection that asks for the metrics is one, and the API's connections are kept for a while.
  [/^fd socket$/, { by: 4 }],
  // Of what is read and written now and then.
  [/^fd file$/, { by: 4 }],
  [/^fd /, { by: 0 }],
  [/^open sockets, client$/, { at: 5 }],
  [/^open |^under way/, { at: 0 }],
  [/^routes$/, { by: 0 }],
  [/^heap/, { share: 0.15 }],
  // The allocator keeps what a crowd once needed.
  [/^resident/, { by: 256 }],
]

type Tolerance = { at: number } | { by: number } | { share: number }

export interface Verdict {
  name: string
  before: number
  after: number
  most: number
  isKept: boolean
}

async function fdsOf(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`
  const links = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(`${folder}/${fd}`).catch(() => undefined)),
  )
  return links.filter((link) => link !== undefined).map(kindOf)
}

/** `socket:[123]`, `pipe:[123]`, `anon_inode:[eventpoll]` or a path. */
function kindOf(link: string): string {
  if (link.startsWith('/')) return 'file'
  return link.startsWith('anon_inode:') ? link.slice('anon_inode:'.length) : link.replace(/:.*/, '')
}

/** Takes a sample of what is held after a collection of garbage. */
export async function takeSample(hub: Hub): Promise<Sample> {
  const sample: Sample = new Map()
  const add = (name: string, value: number): void => {
    sample.set(name, (sample.get(name) ?? 0) + value)
  }
  for (const kind of ['socket', 'pipe', 'file']) add(`fd ${kind}`, 0)
  for (const pid of await hub.pids()) {
    for (const kind of await fdsOf(pid)) add(`fd ${kind}`, 1)
    let [heap, resident] = [Infinity, Infinity]
    for (let look = 0; look < LOOKS; look++) {
      const { heapUsed, external, rss } = await hub.probe(pid)
      heap = Math.min(heap, (heapUsed + external) / MEBIBYTE)
      resident = Math.min(resident, rss / MEBIBYTE)
      await delay(BETWEEN_MS)
    }
    add('heap, MiB', heap)
    add('resident, MiB', resident)
  }
  for (const [name, value] of await hub.metrics()) {
    const kind = /kind="(\w+)"/.exec(name)?.[1] ?? ''
    if (name.startsWith('hubgate_open_sockets{')) add(`open sockets, ${kind}`, value)
    if (name.startsWith('hubgate_underway{')) add(`under way, ${kind}`, value)
    if (name === 'hubgate_routes') add('routes', value)
  }
  return sample
}

function mostOf(was: number, tolerance: Tolerance): number {
  if ('at' in tolerance) return tolerance.at
  return 'by' in tolerance ? was + tolerance.by : was * (1 + tolerance.share)
}

/** Whether everything has returned to where it began. */
export function compare(before: Sample, after: Sample): Verdict[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.map((name) => {
    const [was, is] = [before.get(name) ?? 0, after.get(name) ?? 0]
    const tolerance = TOLERANCES.find(([pattern]) => pattern.test(name))?.[1] ?? { by: 0 }
    const most = mostOf(was, tolerance)
    return { name, before: was, after: is, most, isKept: is <= most }
  })
}
