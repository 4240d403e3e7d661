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

function serviceMessage(name: string, isLate: boolean): string {
  const what = isLate ? 'took too long to answer' : 'did not answer'
  return `The service ${name} ${what}. Try again soon; if it goes on like this, tell who runs it.`
}

/** What a visitor is told when a server failed before it began to answer: 502, or 504 for lateness. */
export function upstreamError(error: unknown, route: Route): HubgateError {
  if (error instanceof HubgateError) return error
  const cause = codeOf(error)
  const isLate = TIMEOUTS.has(cause)
  const message =
    route.service === undefined ? undefined : serviceMessage(route.service.name, isLate)
  return new HubgateError(isLate ? 'upstream_timeout' : 'upstream_failed', message, {
    cause: error,
    detail: { server: route.fullName, code: cause },
  })
}
