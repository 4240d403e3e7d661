import type { ClientCookies } from './cookie-filter.ts'
import { forwardedCookies } from './cookie-filter.ts'
import { connectionNames, foldName, isHopByHop, isListed } from './header-names.ts'
import { nameTable } from './name-table.ts'
import { withoutTokens } from './query-token.ts'

/** What the gateway itself says to a server about a request. */
export interface ForwardedFacts {
  /** The `Authorization` header for the server; null for none. */
  authorization: string | null
  /** What tells the upstream who visits, names and values in turn; left out for nothing. */
  identity?: readonly string[] | undefined
  /** Which of JupyterHub's own cookies are the server's; null when none is. */
  clientCookies: ClientCookies | null
  /** The visitor's address. */
  clientAddress: string
  /** How the visitor reached the gateway. */
  proto: 'http' | 'https'
  /** Begins and ends with `/`. */
  baseUrl: string
}

/** Headers that the gateway alone says, or that would change what the request means. */
const DROPPED: ReadonlySet<string> = new Set([
  'authorization',
  'cf-connecting-ip',
  'client-ip',
  'content-length',
  'expect',
  'forwarded',
  'front-end-https',
  'host',
  'proxy',
  'remote-user',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-forwarded',
  'x-host',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-originating-ip',
  'x-real-ip',
  'x-rewrite-url',
  'x-scheme',
])
const DROPPED_PREFIX = /^x-(?:accel|auth-request|forwarded|hubgate|original|remote)-/

/** What becomes of a header. */
type Fate = 'pass' | 'drop' | 'host' | 'cookie' | 'referer'

const FATES: ReadonlyMap<string, Fate> = new Map<string, Fate>([
  ['cookie', 'cookie'],
  ['referer', 'referer'],
])

const fateOf = nameTable((name): Fate => {
  // The gateway says it itself, by the one that is spelled so.
  if (name.toLowerCase() === 'host') return 'host'
  const folded = foldName(name)
  if (isHopByHop(folded, undefined) || DROPPED.has(folded)) return 'drop'
  if (DROPPED_PREFIX.test(folded)) return 'drop'
  return FATES.get(folded) ?? 'pass'
})

const ORIGIN = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]*/

/** Where the path of an absolute URL begins; 0 for what is none. */
function pathStart(url: string): number {
  if (!url.startsWith('http://') && !url.startsWith('https://')) {
    return ORIGIN.exec(url)?.[0].length ?? 0
  }
  const at = url.indexOf('/', 'https://'.length)
  return at < 0 ? url.length : at
}

/** A `Referer` that tells a server nothing of the hub's; null to leave it out. */
function forwardedReferer(value: string, baseUrl: string): string | null {
  const hash = value.indexOf('#')
  const referer = hash < 0 ? value : value.slice(0, hash)
  const mark = referer.indexOf('?')
  const place = mark < 0 ? referer : referer.slice(0, mark)
  const start = pathStart(place)
  const isHub = place.startsWith(`${baseUrl}hub`, start)
  const next = place.charAt(start + baseUrl.length + 'hub'.length)
  if (isHub && (next === '' || next === '/')) return null
  return mark < 0 ? place : place + withoutTokens(referer.slice(mark))
}

function forwardedValue(fate: Fate, value: string, facts: ForwardedFacts): string | null {
  if (fate === 'cookie') return forwardedCookies(value, facts.clientCookies)
  return fate === 'referer' ? forwardedReferer(value, facts.baseUrl) : value
}

/**
 * The headers for a server, names and values in turn: the client's without its credentials,
 * hop-by-hop and forwarding headers (threats.md P6, P7, P8), then the gateway's own. `Host` stays
 * the client's, because Jupyter compares `Origin` with it. Neither framing nor `Connection` is in
 * it. What the client lists in `Connection` cannot remove what the gateway sets.
 * @param raw `IncomingMessage.rawHeaders`
 */
export function requestHeaders(raw: readonly string[], facts: ForwardedFacts): string[] {
  const listed = connectionNames(raw)
  const headers = ['Host', '']
  let host: string | undefined
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const fate = fateOf(name)
    if (fate === 'host') host ??= raw[i + 1]
    if (fate === 'drop' || fate === 'host' || isListed(name, listed)) continue
    const value = forwardedValue(fate, raw[i + 1] ?? '', facts)
    if (value !== null) headers.push(name, value)
  }
  host ??= ''
  headers[1] = host
  if (facts.authorization !== null) headers.push('Authorization', facts.authorization)
  if (facts.identity !== undefined) headers.push(...facts.identity)
  headers.push('X-Forwarded-For', facts.clientAddress)
  headers.push('X-Forwarded-Proto', facts.proto, 'X-Forwarded-Host', host)
  return headers
}
