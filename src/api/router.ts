import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'
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

/** One for all: a method that a path has not is no reason to say that there is no such path. */
const METHOD = 'ALL'

/** @returns undefined for what is not UTF-8 */
function decode(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/**
 * Finds the routes of a path by its raw segments: written ones win over `{…}`, which stands for any
 * segment that is not empty, and `{rest}` for all that follows.
 */
export class Router {
  readonly #router = new SmartRouter<Place>({ routers: [new RegExpRouter(), new TrieRouter()] })

  constructor(routes: readonly Route[]) {
    const places = [...Map.groupBy(routes, (route) => route.path)].map(([path, list]) => ({
      path,
      byMethod: new Map<string, Route>(list.map((route) => [route.method, route])),
    }))
    // The first match wins. `{` sorts behind all that may be written in a path.
    for (const place of places.sort((a, b) => (a.path < b.path ? -1 : 1))) {
      const pattern = place.path.replace('{rest}', ':rest{.*}').replaceAll(/\{(\w+)\}/g, ':$1')
      this.#router.add(METHOD, pattern, place)
    }
  }

  /**
   * @param path raw, begins with `/`
   * @returns undefined when there is no such path
   * @throws HubgateError `invalid_target` for a parameter that is not UTF-8
   */
  find(path: string): Match | undefined {
    const [matches, captures] = this.#router.match(METHOD, path)
    const found = matches[0]
    if (found === undefined) return undefined
    const [place, raw] = found
    const params: Record<string, string> = {}
    for (const [name, value] of Object.entries(raw)) {
      // One of the routers says where the segment is among the captures, the other what it is.
      const decoded = decode(typeof value === 'number' ? (captures?.[value] ?? '') : value)
      if (decoded === undefined) throw new HubgateError('invalid_target')
      params[name] = decoded
    }
    return { place, params }
  }
}
