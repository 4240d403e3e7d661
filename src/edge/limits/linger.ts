import type { Duplex } from 'node:stream'
import { seconds } from '../../base/clock.ts'

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
