import type { Socket } from 'node:net'

/** Smaller pieces are left to the garbage collector, for which they are little work, in bytes. */
const MIN_SIZE = 1024

/** A copy that {@link freeMemory} can free: a large one does not share memory with others. */
export function freeableCopy(bytes: Buffer): Buffer {
  if (bytes.length < MIN_SIZE) return Buffer.from(bytes)
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

/**
 * Gives the memory of a piece back at once, for whoever has done with it. Memory of buffers is outside
 * of the JavaScript heap, and the more of it waits for the garbage collector the more often that looks
 * through the whole heap: pieces as large as a read cost more by that than by being passed on.
 * @param bytes not to be used any more; nothing happens if others may have a part of the same memory
 */
export function freeMemory(bytes: Buffer): void {
  const { buffer, byteLength } = bytes
  if (byteLength < MIN_SIZE || byteLength !== buffer.byteLength) return
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}

/**
 * Writes a piece, and frees its memory once the socket has done with it.
 * @param bytes not to be used any more
 * @returns whether the socket takes more; if not, it tells by 'drain' when it does
 */
export function writeAndFree(socket: Socket, bytes: Buffer): boolean {
  const hasRoom =
    bytes.length < MIN_SIZE
      ? socket.write(bytes)
      : socket.write(bytes, (error) => {
          // After an error the operating system may be reading it still.
          if (!error) freeMemory(bytes)
        })
  // Much at once is more than a socket wants to hold, even if it has held nothing of it.
  return hasRoom || socket.writableLength === 0
}
