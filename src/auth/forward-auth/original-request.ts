import { HubgateError } from '../../base/errors.ts'

/** What a proxy asks about. */
export interface OriginalRequest {
  /** The address that a visitor wants; undefined when the proxy does not say. */
  url: string | undefined
  /** Upper case; undefined when the proxy does not say. */
  method: string | undefined
}

/** A header's value; null when it is not there. */
export type ReadHeader = (name: string) => string | null

const METHOD = /^[A-Z]{1,20}$/
const URI_HEADERS = ['x-original-uri', 'x-forwarded-uri']
const METHOD_HEADERS = ['x-original-method', 'x-forwarded-method']
/** A WebSocket's handshake is HTTP, whatever some proxies call it. */
const SCHEMES: ReadonlyMap<string, string> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
])

const bad = (text: string): HubgateError => new HubgateError('bad_request', text)

/** @throws HubgateError `bad_request` when they are not all the same: somebody else set one of them */
function agreed(values: readonly string[], what: string): string | undefined {
  const [first, ...others] = new Set(values)
  if (others.length > 0) throw bad(`The request names two different ${what}.`)
  return first
}

function valuesOf(header: ReadHeader, names: readonly string[]): string[] {
  return names.map(header).filter((value) => value !== null)
}

function absolute(header: ReadHeader, uri: string): string {
  const scheme = SCHEMES.get(header('x-forwarded-proto')?.toLowerCase() ?? '')
  const host = header('x-forwarded-host')
  if (!uri.startsWith('/') || scheme === undefined || host === null) {
    throw bad(
      'Beside the URI, X-Forwarded-Proto and X-Forwarded-Host must say where it was asked for.',
    )
  }
  return `${scheme}://${host}${uri}`
}

function toldUrls(header: ReadHeader): string[] {
  const originals = valuesOf(header, ['x-original-url'])
  const isUri = (text: string): boolean => text.startsWith('/')
  const uris = [...originals.filter(isUri), ...valuesOf(header, URI_HEADERS)]
  return [...originals.filter((text) => !isUri(text)), ...uris.map((uri) => absolute(header, uri))]
}

/**
 * What a proxy's subrequest is about: the query parameter `url`, and what the headers say that nginx,
 * Traefik, Caddy and Envoy set. Whatever is said more than once must agree, because a proxy passes on
 * the headers that it does not set itself (threats.md P7).
 * @param isTrusted whether the headers may be believed; else they are not looked at
 * @throws HubgateError `bad_request` when it does not agree, or says half of it
 */
export function originalRequest(
  header: ReadHeader,
  query: URLSearchParams,
  isTrusted: boolean,
): OriginalRequest {
  const given = query.getAll('url')
  if (given.length > 1) throw bad('The query names two addresses; is it escaped?')
  const url = agreed([...given, ...(isTrusted ? toldUrls(header) : [])], 'addresses')
  const method = agreed(isTrusted ? valuesOf(header, METHOD_HEADERS) : [], 'methods')
  if (method !== undefined && !METHOD.test(method)) throw bad('The original method is no method.')
  return { url, method }
}
