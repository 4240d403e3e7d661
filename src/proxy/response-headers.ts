import { maySetCookie } from './cookie-filter.ts'
import { connectionNames, foldName, isHopByHop } from './header-names.ts'

/** Where an answer comes from. */
export interface AnswerScope {
  /** The server's prefix, `/user/ada/`. */
  prefix: string
  /** Begins and ends with `/`. */
  baseUrl: string
  /** The server's id as an OAuth client of the hub, which names its cookies; null when it is none. */
  clientId: string | null
}

/**
 * Headers by which a server would speak for the whole origin (threats.md P9). `NEL` with `Report-To`
 * would have browsers send every address of the origin that they open, the hub's too, to somebody else.
 */
const DROPPED: ReadonlySet<string> = new Set([
  'alt-svc',
  'clear-site-data',
  'expect-ct',
  'nel',
  'public-key-pins',
  'public-key-pins-report-only',
  'report-to',
  'sec-session-registration',
  'secure-session-registration',
  'service-worker-allowed',
  'set-login',
  'strict-transport-security',
  'use-as-dictionary',
])
const DROPPED_PREFIX = /^x-(?:accel|hubgate)-/

function isDropped(folded: string): boolean {
  if (DROPPED.has(folded)) return true
  return folded.charCodeAt(0) === 120 && DROPPED_PREFIX.test(folded)
}

const OPENER_POLICY = 'cross-origin-opener-policy'
const EMBEDDER_POLICY = 'cross-origin-embedder-policy'

/** The values of a header by the name that browsers know, in any case. */
function valuesOf(headers: readonly string[], wanted: string): string[] {
  return headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === wanted)
}

/**
 * Whether the answer's opener policy may pass. Hub pages say `same-origin`: a page of the same origin
 * that says it as well could open one and read it (threats.md P17). With `require-corp`, which every
 * browser knows, the policy is another one, and whoever isolates a page for its threads keeps that.
 * @param listed what `Connection` lists: an embedder policy that ends here isolates nothing
 */
function mayIsolate(headers: readonly string[], listed: ReadonlySet<string> | undefined): boolean {
  const [policy = '', ...more] = valuesOf(headers, OPENER_POLICY)
  const embedder = isHopByHop(EMBEDDER_POLICY, listed) ? [] : valuesOf(headers, EMBEDDER_POLICY)
  if (more.length > 0) return false
  if (/^(?:unsafe-none|same-origin-allow-popups)$/.test(policy.trim())) return true
  return embedder.length === 1 && embedder[0]?.trim() === 'require-corp'
}

function mayPass(folded: string, value: string, scope: AnswerScope): boolean {
  if (folded === 'set-cookie') return maySetCookie(value, scope.prefix, scope.clientId)
  if (folded === 'refresh')
    return !value.toLowerCase().includes(`${scope.baseUrl}hub`.toLowerCase())
  return true
}

/** undici hands bytes, Node strings; both are Latin-1. */
function texts(raw: readonly (Buffer | string)[]): string[] {
  return raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')))
}

/**
 * A server's response headers as the visitor may have them, names and values in turn: without
 * hop-by-hop headers and whatever would act beyond the server's own prefix. `Content-Length` stays.
 * @param raw names and values in turn
 */
export function responseHeaders(raw: readonly (Buffer | string)[], scope: AnswerScope): string[] {
  const headers = texts(raw)
  const listed = connectionNames(headers)
  const kept: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    const folded = foldName(name)
    if (isHopByHop(folded, listed) || isDropped(folded)) continue
    if (folded === OPENER_POLICY && !mayIsolate(headers, listed)) continue
    if (mayPass(folded, value, scope)) kept.push(name, value)
  }
  return kept
}
