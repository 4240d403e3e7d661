import { readFileSync } from 'node:fs'

/** A function in one place of the stack, with its time and that of what it called, in microseconds. */
export interface Frame {
  readonly name: string
  /** Where it is: a file of ours, `node`, or a package. */
  readonly place: string
  self: number
  total: number
  readonly children: Map<string, Frame>
}

interface Profile {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
    children?: number[]
  }[]
  samples: number[]
  timeDeltas: number[]
}

type ProfileNode = Profile['nodes'][number]

/** What the machine was free in, and what the profiler itself did. */
const NOT_WORK = new Set(['(idle)', 'post', 'toggle'])
/** Node's names of write(2) to a socket. */
const WRITES = /^(?:writev|write(?:Latin1|Utf8)String|writeBuffer)$/

/** Where a function is, in a word or two. */
function placeOf({ functionName, url }: ProfileNode['callFrame']): string {
  if (WRITES.test(functionName)) return 'write(2)'
  const own = /\/(src\/.+)$/.exec(url)?.[1]
  const found = /\/node_modules\/(?:@[^/]+\/)?([^/]+)\//.exec(url)?.[1]
  if (found !== undefined) return found
  return own ?? (url.startsWith('wasm') ? 'undici' : 'node')
}

function childOf(parent: Frame, { callFrame }: ProfileNode): Frame {
  const name = callFrame.functionName || '(anonymous)'
  const place = placeOf(callFrame)
  const key = `${name} ${place}`
  const known = parent.children.get(key)
  if (known !== undefined) return known
  const made: Frame = { name, place, self: 0, total: 0, children: new Map() }
  parent.children.set(key, made)
  return made
}

/** The stacks of a CPU profile, merged by function. Idle time is left out. */
export function readFrames(file: string): Frame {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((one) => [one, id])),
  )
  const root: Frame = { name: 'all', place: '', self: 0, total: 0, children: new Map() }
  const frames = new Map<number, Frame>()
  const frameOf = (id: number): Frame => {
    const known = frames.get(id)
    if (known !== undefined) return known
    const parent = parents.get(id)
    const made = parent === undefined ? root : childOf(frameOf(parent), byId.get(id)!)
    frames.set(id, made)
    return made
  }
  for (const [i, id] of samples.entries()) {
    if (NOT_WORK.has(byId.get(id)!.callFrame.functionName)) continue
    const time = timeDeltas[i] ?? 0
    frameOf(id).self += time
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      frameOf(at).total += time
    }
  }
  return root
}

/** Every frame below one, itself too. */
export function* allFrames(frame: Frame): Generator<Frame> {
  yield frame
  for (const child of frame.children.values()) yield* allFrames(child)
}
