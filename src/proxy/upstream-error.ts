import { HubgateError } from '../base/errors.ts'
import type { Outcome } from '../metrics/traffic.ts'
import type { Route } from './route.ts'

/** Codes of ours (upstream/upstream-fault.ts) and of Node that mean that the time was up. */
const TIMEOUTS: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'connect_timeout',
  'first_byte_timeout',
  'idle_timeout',
  'queue_timeout',
])

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

/** How an exchange ended that an error ended; an idle limit is the gateway's doing. */
export function outcomeOf(error: unknown): Outcome {
  const code = codeOf(error)
  if (error instanceof HubgateError || code === 'idle_timeout') return 'ended'
  return TIMEOUTS.has(code) ? 'upstream_timeout' : 'upstream_failed'
}
