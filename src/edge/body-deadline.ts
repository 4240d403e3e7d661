import type { IncomingMessage } from 'node:http'

/**
 * Watches over a request whose body does not arrive in time (threats P42): it would hold the connection
 * for as long as it likes. Not for uploads to servers, which take what they take.
 * @param timeoutMs milliseconds
 * @param onLate called then, to end it
 */
export function endLateBody(request: IncomingMessage, timeoutMs: number, onLate: () => void): void {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers
  if (length === '0' && coding === undefined) return
  const timer = setTimeout(() => {
    if (!request.complete) onLate()
  }, timeoutMs)
  timer.unref()
  request.once('close', () => clearTimeout(timer))
}
