import { maySetCookie } from './cookie-filter.ts'
import { connectionNames, foldName, isHopByHop, isListed } from './header-names.ts'
import { nameTable } from './name-table.ts'

/** Where an answer comes from. */
export interface AnswerScope {
  /** The server's prefix, `/user/ada/`. */
  prefix: string
  /** The server's id as an OAuth client of the hub, which names its cookies; null when it is none. */
  clientId: string | null
  /** What `X-Request-Id` says; left out for none. */
  requestId?: string | undefined
}

/**
 * Headers by which a server would speak for the whole origin (threats.md P9), or for the gateway. `NEL` with `Report-To`
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
  'x-request-id',
])
const DROPPED_PREFIX = /^x-(?:accel|hubgate)-/

/** What becomes of a header. */
type Fate = 'pass' | 'drop' | 'set-cookie' | 'refresh' | 'opener-policy'

const FATES: ReadonlyMap<string, Fate> = new Map<string, Fate>([
  ['set-cookie', 'set-cookie'],
  ['refresh', 'refresh'],
  ['cross-origin-opener-policy', 'opener-policy'],
])

const fateOf = nameTable((name): Fate => {
  const folded = foldName(name)
  if (isHopByHop(folded, undefined) || DROPPED.has(folded)) return 'drop'
  if (DROPPED_PREFIX.test(folded)) return 'drop'
  return FATES.get(folded) ?? 'pass'
})

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

const HUB = /\/hub(?![\w.~%-])/i

/** Whether a `Refresh` may lead to the hub, as browsers read URLs: without tabs, and `\` is `/`. */
const leadsToHub = (refresh: string): boolean =>
  HUB.test(refresh.replaceAll('\t', '').replaceAll('\\', '/'))

function mayPass(fate: Fate, value: string, { clientId, prefix }: AnswerScope): boolean {
  if (fate === 'set-cookie') return maySetCookie(value, prefix, clientId)
  return fate !== 'refresh' || !leadsToHub(value)
}

/**
 * A server's response headers as the visitor may have them, names and values in turn: without
 * hop-by-hop headers and whatever would act beyond the server's own prefix. `Content-Length` stays.
 * @param headers names and values in turn
 */
export function responseHeaders(headers: readonly string[], scope: AnswerScope): string[] {
  const { requestId } = scope
  const listed = connectionNames(headers)
  const kept: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    const fate = fateOf(name)
    if (fate === 'drop' || isListed(name, listed)) continue
    if (fate === 'opener-policy' && !mayIsolate(headers, listed)) continue
    if (fate === 'pass' || mayPass(fate, value, scope)) kept.push(name, value)
  }
  if (requestId !== undefined) kept.push('X-Request-Id', requestId)
  return kept
}
