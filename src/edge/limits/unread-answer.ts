import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Cuts off a client that does not read an answer of the hub (threats.md P43, P45). It may read as
 * slowly as it likes, and the hub may think for as long as it likes.
 * @param timeoutMs milliseconds without a byte that moves while there are some to be sent
 * @param onCut called when it was cut off
 */
export function endUnreadAnswer(
  response: ServerResponse,
  timeoutMs: number,
  onCut: () => void,
): void {
  const look = (socket: Socket): void => {
    if (response.writableFinished || response.destroyed) return
    if (socket.writableLength > 0) {
      onCut()
      socket.destroy()
    } else socket.setTimeout(timeoutMs)
  }
  response.setTimeout(timeoutMs, look as () => void)
  // Before Node gives the connection to a next answer, which may take longer: it is not for that one.
  response.prependOnceListener('finish', () => response.socket?.setTimeout(0))
}
