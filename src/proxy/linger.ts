import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { seconds } from '../base/clock.ts'

/** How long a client may take to read why it was refused, in milliseconds. */
const LINGER_MS = seconds(2)

/**
 * Sees to it that a connection which was told its last is gone soon, whether or not the client closes
 * its side. What it still sends is thrown away meanwhile, or the answer might be lost on its way.
 */
export function linger(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.on('error', () => socket.destroy())
  socket.resume()
}

/**
 * Makes an answer the last on its connection, whose client may still be sending (RFC 9112 §9.6). Were
 * it closed at once, what arrives would be answered with a reset, and that may overtake the answer.
 */
export function endBehind(response: ServerResponse): void {
  const { socket } = response.req
  response.shouldKeepAlive = false
  // Node calls it when the answer is written.
  socket.destroySoon = () => {
    socket.end()
    linger(socket)
  }
}
