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

/**
 * How far memory may grow from the middle to the end, in MiB. Hardly anything is new by then, but for
 * code that V8 compiles and the cache of what was asked for, revoked tokens among it.
 */
const STEADY: readonly (readonly [name: RegExp, by: number])[] = [
  [/^heap/, 2],
  [/^resident/, 64],
]

export interface Verdict {
  name: string
  before: number
  between: number
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

/**
 * Whether everything has returned to where it began, and no memory is taken that would be taken again
 * and again.
 * @param between taken in the middle, of the same crowd
 */
export function compare(before: Sample, between: Sample, after: Sample): Verdict[] {
  const names = [...new Set([...before.keys(), ...between.keys(), ...after.keys()])].sort()
  return names.map((name) => {
    const [first, middle, last] = [before, between, after].map(
      (sample) => sample.get(name) ?? 0,
    ) as [number, number, number]
    const tolerance = TOLERANCES.find(([pattern]) => pattern.test(name))?.[1] ?? { by: 0 }
    const steady = STEADY.find(([pattern]) => pattern.test(name))?.[1] ?? Infinity
    const most = Math.min(mostOf(first, tolerance), middle + steady)
    return { name, before: first, between: middle, after: last, most, isKept: last <= most }
  })
}
