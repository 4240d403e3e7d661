import type { IncomingMessage } from 'node:http'

/**
 * Ends the connection of a request whose body does not arrive in time (threats P42): it would hold
 * the connection for as long as it likes. Not for uploads to servers, which take what they take.
 * @param timeoutMs milliseconds
 * @param onCut called when it was ended
 */
export function endLateBody(
  request: IncomingMessage,
  timeoutMs: number,
  onCut: () => void = () => undefined,
): void {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers
  if (length === '0' && coding === undefined) return
  const timer = setTimeout(() => {
    if (request.complete) return
    onCut()
    request.destroy()
  }, timeoutMs)
  timer.unref()
  request.once('close', () => clearTimeout(timer))
}
