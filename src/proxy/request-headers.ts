import type { ClientCookies } from './cookie-filter.ts'
import { forwardedCookies } from './cookie-filter.ts'
import { connectionNames, foldName, isHopByHop } from './header-names.ts'
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
  'x-real-ip',
  'x-rewrite-url',
  'x-scheme',
])
const DROPPED_PREFIX = /^x-(?:accel|auth-request|forwarded|hubgate|original|remote)-/

function isDropped(folded: string): boolean {
  if (DROPPED.has(folded)) return true
  return folded.charCodeAt(0) === 120 && DROPPED_PREFIX.test(folded)
}

/** A `Referer` that tells a server nothing of the hub's; null to leave it out. */
function forwardedReferer(value: string, baseUrl: string): string | null {
  const hash = value.indexOf('#')
  const referer = hash < 0 ? value : value.slice(0, hash)
  const mark = referer.indexOf('?')
  const place = mark < 0 ? referer : referer.slice(0, mark)
  const path = place.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/]*/, '')
  if (`${path}/`.startsWith(`${baseUrl}hub/`)) return null
  return mark < 0 ? place : place + withoutTokens(referer.slice(mark))
}

function forwardedValue(folded: string, value: string, facts: ForwardedFacts): string | null {
  if (folded === 'cookie') return forwardedCookies(value, facts.clientCookies)
  return folded === 'referer' ? forwardedReferer(value, facts.baseUrl) : value
}

function firstValue(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === name) return headers[i + 1]
  }
  return undefined
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
  const host = firstValue(raw, 'host') ?? ''
  const headers = ['Host', host]
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const folded = foldName(name)
    if (isHopByHop(folded, listed) || isDropped(folded)) continue
    const value = forwardedValue(folded, raw[i + 1] ?? '', facts)
    if (value !== null) headers.push(name, value)
  }
  if (facts.authorization !== null) headers.push('Authorization', facts.authorization)
  if (facts.identity !== undefined) headers.push(...facts.identity)
  headers.push(
    'X-Forwarded-For',
    facts.clientAddress,
    'X-Forwarded-Proto',
    facts.proto,
    'X-Forwarded-Host',
    host,
  )
  return headers
}
