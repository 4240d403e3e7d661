import { HubgateError } from '../base/errors.ts'
import type { Route } from './route.ts'

/** Codes of undici, http-proxy-3 and Node that mean that the time was up. */
const TIMEOUTS: ReadonlySet<string> = new Set([
  'ECONNECT_TIMEOUT',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
])

/** A server did not answer an upgrade in time. */
export class HandshakeTimeout extends Error {
  override readonly name = 'HandshakeTimeout'
  readonly code = 'ETIMEDOUT'
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What a visitor is told when a server failed before it began to answer: 502, or 504 for lateness. */
export function upstreamError(error: unknown, route: Route): HubgateError {
  if (error instanceof HubgateError) return error
  const cause = codeOf(error)
  return new HubgateError(TIMEOUTS.has(cause) ? 'upstream_timeout' : 'upstream_failed', undefined, {
    cause: error,
    detail: { server: route.fullName, code: cause },
  })
}
