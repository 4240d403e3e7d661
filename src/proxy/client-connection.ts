import type { IncomingMessage, ServerResponse } from 'node:http'

/** Ends a client's connection in the middle of an answer, which must not look complete. */
export function cutOff({ httpVersion, socket }: IncomingMessage): void {
  // Not through the response: one that waits for an earlier one has no connection to end yet.
  // To HTTP/1.0, an orderly end may be that of the body.
  if (httpVersion === '1.0') socket.resetAndDestroy()
  else socket.destroy()
}

/**
 * Ends a client's connection when it takes nothing any more of an answer that has been written. It may
 * take it as slowly as it likes.
 * @param timeoutMs milliseconds; 0 for no limit
 * @param onCut called before that
 */
export function endUntaken(response: ServerResponse, timeoutMs: number, onCut: () => void): void {
  const { socket, writableLength } = response
  if (writableLength === 0 || socket === null || timeoutMs === 0) return
  socket.setTimeout(timeoutMs)
  response.once('timeout', () => {
    onCut()
    socket.destroy()
  })
  // Before the connection is given to the next answer.
  response.prependOnceListener('finish', () => socket.setTimeout(0))
}
