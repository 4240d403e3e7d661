import type { IncomingMessage } from 'node:http'
import { seconds } from '../base/clock.ts'

/** Milliseconds in which the body of a request for the hub itself must arrive. */
const BODY_TIMEOUT_MS = seconds(60)

/**
 * Ends the connection of a request whose body does not arrive in time (threats P42): it would hold
 * the connection for as long as it likes. Not for uploads to servers, which take what they take.
 */
export function endLateBody(request: IncomingMessage, timeoutMs = BODY_TIMEOUT_MS): void {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers
  if (length === '0' && coding === undefined) return
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy()
  }, timeoutMs)
  timer.unref()
  request.once('close', () => clearTimeout(timer))
}
