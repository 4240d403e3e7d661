import { HubgateError } from '../base/errors.ts'
import type { Route } from './route.ts'

/** All routes of one path, by their methods. */
export interface Place {
  /** As in OpenAPI, `/users/{name}`. */
  readonly path: string
  readonly byMethod: ReadonlyMap<string, Route>
}

export interface Match {
  readonly place: Place
  /** What stands where the path has `{name}`, decoded. */
  readonly params: Readonly<Record<string, string>>
}

interface Node {
  readonly fixed: Map<string, Node>
  /** What follows when any segment stands here. */
  any?: { name: string; node: Node }
  place?: Place
}

const newNode = (): Node => ({ fixed: new Map() })

/** @throws HubgateError `invalid_target` for what is not UTF-8 */
function decode(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    throw new HubgateError('invalid_target', undefined, { cause: error })
  }
}

function nodeFor(root: Node, path: string): Node {
  let node = root
  for (const segment of path.slice(1).split('/')) {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1]
    if (name === undefined) {
      const next = node.fixed.get(segment) ?? newNode()
      node.fixed.set(segment, next)
      node = next
    } else {
      if (node.any !== undefined && node.any.name !== name) {
        throw new TypeError(`${path}: {${node.any.name}} stands there in another route.`)
      }
      node.any ??= { name, node: newNode() }
      node = node.any.node
    }
  }
  return node
}

/** Finds the routes of a path, segment by segment: written ones win over `{…}`. */
export class Router {
  readonly #root = newNode()

  /** @throws TypeError when two routes have different names for the same segment */
  constructor(routes: readonly Route[]) {
    for (const [path, list] of Map.groupBy(routes, (route) => route.path)) {
      const byMethod = new Map<string, Route>(list.map((route) => [route.method, route]))
      nodeFor(this.#root, path).place = { path, byMethod }
    }
  }

  /**
   * @param path raw, begins with `/`
   * @returns undefined when there is no such path
   * @throws HubgateError `invalid_target` for a path that is not UTF-8
   */
  find(path: string): Match | undefined {
    const params: Record<string, string> = {}
    const segments = path.slice(1).split('/').map(decode)
    const place = placeIn(this.#root, segments, 0, params)
    return place && { place, params }
  }
}

function placeIn(
  node: Node,
  segments: readonly string[],
  at: number,
  params: Record<string, string>,
): Place | undefined {
  const segment = segments[at]
  if (segment === undefined) return node.place
  const fixed = node.fixed.get(segment)
  const found = fixed && placeIn(fixed, segments, at + 1, params)
  if (found !== undefined) return found
  // An empty segment names nothing.
  if (node.any === undefined || segment === '') return undefined
  params[node.any.name] = segment
  return placeIn(node.any.node, segments, at + 1, params)
}
