import { HubgateError } from '../../base/errors.ts'

/** Errors that are no refusal of the edge, but something that failed behind it. */
const FAILURES: ReadonlySet<string> = new Set(['internal', 'spawn_failed'])

/**
 * For which of a few fixed reasons the edge refused a request, undefined when it did not: a limit by
 * its name in the configuration, else the error's code. What a server failed at is counted with what
 * was forwarded.
 */
export function rejectionOf(error: unknown): string | undefined {
  if (!(error instanceof HubgateError)) return undefined
  const { code, detail } = error
  if (FAILURES.has(code) || code.startsWith('upstream_')) return undefined
  const { limit } = detail
  return typeof limit === 'string' ? limit : code
}
