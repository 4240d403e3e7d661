import { isAmbiguous, readings, segmentsBehind, staysBelow } from '../base/path-readings.ts'

/** Where a request wants to go. Paths are raw, as received; `query` is empty or begins with `?`. */
export type Place =
  /** `{base}hub/api` and below. */
  | { kind: 'hub-api'; path: string; query: string }
  /** `{base}hub/` and below, but for the API. */
  | { kind: 'hub-page'; path: string; query: string }
  | UserPlace
  | ServicePlace
  /** A directory of ours without its slash; `location` is a path with the query. */
  | { kind: 'add-slash'; location: string }
  /** `{base}` itself. */
  | { kind: 'root'; query: string }
  /** Below `{base}`, but nothing of ours. `rest` is what follows it. */
  | { kind: 'elsewhere'; rest: string; query: string }
  /** Not below `{base}`. */
  | { kind: 'outside' }
  /** Nothing to answer but 400; `reason` is for a person, without anything of the request. */
  | { kind: 'invalid'; reason: string }

/** Below `{base}user/<name>/`. */
export interface UserPlace {
  kind: 'user'
  user: string
  /** The next segment, decoded, when every reader agrees on it: perhaps a server's name. */
  second: string | null
  /** When they do not agree: all that any of them could take for it. */
  others: readonly string[]
  /** The path ends with `second`, without a slash. */
  secondEnds: boolean
  path: string
  query: string
  /** `{base}user/<name>/`, as received. */
  prefix: string
}

/** Below `{base}services/<name>/`. */
export interface ServicePlace {
  kind: 'service'
  name: string
  path: string
  query: string
  /** `{base}services/<name>/`, as received. */
  prefix: string
}

interface Target {
  path: string
  query: string
  base: string
}

/** Visible ASCII without `#`; beyond that a `\` is refused in the path. */
const TARGET = /^\/(?!\/)[\x21\x22\x24-\x7e]*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const UNSAFE_TEXT = /[\\\u0000-\u001f\u007f-\u009f]/
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:[/\\;]|$)/
const NONE: readonly string[] = []
const ROOTS: ReadonlySet<string> = new Set(['hub', 'user', 'services'])

const invalid = (reason: string): Place => ({ kind: 'invalid', reason })

/** A prefix segment decoded once, strictly; null when it is no name. */
function decodeName(raw: string): string | null {
  let name = raw
  if (raw.includes('%')) {
    try {
      name = decodeURIComponent(raw)
    } catch {
      return null
    }
  }
  if (name === '' || name === '.' || name === '..') return null
  return name.includes('/') || UNSAFE_TEXT.test(name) ? null : name
}

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '')

/** Whether a path is seen as the API's: `api` is its own segment behind `{base}hub/`. */
const isApi = (text: string, hub: string): boolean =>
  text.startsWith(`${hub}api`) && (text.length === hub.length + 3 || text[hub.length + 3] === '/')

/** Whether a path is UTF-8 without control characters and backslashes once it is decoded. */
function decodesCleanly(path: string): boolean {
  try {
    return !UNSAFE_TEXT.test(decodeURIComponent(path))
  } catch {
    return false
  }
}

const hasDots = (path: string): boolean => readings(path).some((text) => DOT_SEGMENT.test(text))

function hubFault(path: string, hub: string): string | null {
  if (!isAmbiguous(path)) return null
  if (path.includes('//')) return 'The path has an empty segment.'
  if (!decodesCleanly(path)) return 'The path is not clean UTF-8.'
  if (hasDots(path)) return 'The path has dot segments.'
  const api = isApi(path, hub)
  const seen = readings(path).map((text) => text.replace(/;[^/]*/g, '').replace(/\/{2,}/g, '/'))
  return seen.every((text) => isApi(text, hub) === api) ? null : 'The path is ambiguous.'
}

function classifyHub({ path, query, base }: Target): Place {
  const hub = `${base}hub/`
  if (path === `${base}hub`) return { kind: 'add-slash', location: hub + query }
  const fault = hubFault(path, hub)
  if (fault !== null) return invalid(fault)
  return { kind: isApi(path, hub) ? 'hub-api' : 'hub-page', path, query }
}

function classifyOwned({ path, query, base }: Target, root: 'user' | 'services'): Place {
  const start = base.length + root.length + 1
  if (path.length <= start) return { kind: 'elsewhere', rest: path.slice(base.length), query }
  const end = path.indexOf('/', start)
  const raw = end < 0 ? path.slice(start) : path.slice(start, end)
  const name = decodeName(raw)
  if (name === null) return invalid('The name in the path is not valid.')
  const fixed = [...segmentsOf(base), root, raw]
  if (!staysBelow(path, fixed)) return invalid('The path leaves its prefix.')
  if (end < 0) return { kind: 'add-slash', location: `${path}/${query}` }
  const prefix = path.slice(0, end + 1)
  if (root === 'services') return { kind: 'service', name, path, query, prefix }
  const next = path.indexOf('/', end + 1)
  const rawSecond = path.slice(end + 1, next < 0 ? undefined : next)
  const second = staysBelow(path, [...fixed, rawSecond]) ? decodeName(rawSecond) : null
  const others = second === null ? segmentsBehind(path, fixed.length) : NONE
  if (others === null) return invalid('The path is ambiguous.')
  return {
    kind: 'user',
    user: name,
    second,
    others,
    secondEnds: second !== null && next < 0,
    path,
    query,
    prefix,
  }
}

function classifyUser(target: Target): Place {
  const { path, query, base } = target
  const start = base.length + 'user/'.length
  const end = path.indexOf('/', start)
  // A path that every reader takes as it is written needs no more than to be cut.
  if (end <= start || isAmbiguous(path)) return classifyOwned(target, 'user')
  const next = path.indexOf('/', end + 1)
  const second = path.slice(end + 1, next < 0 ? undefined : next)
  return {
    kind: 'user',
    user: path.slice(start, end),
    second: second === '' ? null : second,
    others: NONE,
    secondEnds: second !== '' && next < 0,
    path,
    query,
    prefix: path.slice(0, end + 1),
  }
}

/** Whether some reader sees one of our roots where another name is written. */
function hidesRoot(rest: string): boolean {
  return readings(rest).some((text) =>
    ROOTS.has(text.replace(/^[/\\]+/, '').split(/[/\\;]/, 1)[0] ?? ''),
  )
}

/**
 * Decides where a request goes, once, from its raw target (threats.md P1, P2; design.md §4.6). Pure.
 * A target that different readers could understand differently is refused, never repaired: names in
 * the prefix are decoded once and strictly, and what is behind them must stay there under every
 * reading. `hub-api` and `hub-page` paths have neither dot nor empty segments in any of them.
 * @param rawTarget the request target as received
 * @param baseUrl begins and ends with `/`
 */
export function classify(rawTarget: string, baseUrl: string): Place {
  if (!TARGET.test(rawTarget)) return invalid('The request target is not a plain path.')
  const mark = rawTarget.indexOf('?')
  const path = mark < 0 ? rawTarget : rawTarget.slice(0, mark)
  const query = mark < 0 ? '' : rawTarget.slice(mark)
  if (path.includes('\\')) return invalid('The path has a backslash.')
  if (path === baseUrl) return { kind: 'root', query }
  if (`${path}/` === baseUrl) return { kind: 'add-slash', location: baseUrl + query }
  if (!path.startsWith(baseUrl)) return { kind: 'outside' }
  const end = path.indexOf('/', baseUrl.length)
  const first = path.slice(baseUrl.length, end < 0 ? undefined : end)
  const target = { path, query, base: baseUrl }
  if (first === 'hub') return classifyHub(target)
  if (first === 'user') return classifyUser(target)
  if (first === 'services') return classifyOwned(target, first)
  if (isAmbiguous(path) && (hasDots(path) || hidesRoot(path.slice(baseUrl.length)))) {
    return invalid('The path is ambiguous.')
  }
  return { kind: 'elsewhere', rest: path.slice(baseUrl.length), query }
}
