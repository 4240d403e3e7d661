import { randomBytes } from 'node:crypto'

const FIN_PING = 0x89
const FIN_PONG = 0x8a
const MASKED = 0x80
const MASK_LENGTH = 4

/** Random for each process: nobody else's pongs are taken for answers to our pings. */
const PAYLOAD = randomBytes(8)

/** Our ping to a client: unmasked, as a server sends it (RFC 6455 §5.5.2). */
export const PING = Buffer.concat([Buffer.of(FIN_PING, PAYLOAD.length), PAYLOAD])

/** Our ping to a server: masked with a key of its own, as a client sends it (RFC 6455 §5.3). */
export function maskedPing(): Buffer {
  const mask = randomBytes(MASK_LENGTH)
  const masked = PAYLOAD.map((byte, i) => byte ^ (mask[i % MASK_LENGTH] ?? 0))
  return Buffer.concat([Buffer.of(FIN_PING, MASKED | PAYLOAD.length), mask, masked])
}

/**
 * The length of the frame that begins at a place, if that is a whole pong that answers our ping, else
 * 0.
 */
function ownPongLength(chunk: Buffer, at: number): number {
  if (chunk[at] !== FIN_PONG) return 0
  const second = chunk[at + 1] ?? 0
  if ((second & ~MASKED) !== PAYLOAD.length) return 0
  const maskAt = at + 2
  const bodyAt = second >= MASKED ? maskAt + MASK_LENGTH : maskAt
  const end = bodyAt + PAYLOAD.length
  if (end > chunk.length) return 0
  for (const [i, byte] of PAYLOAD.entries()) {
    const mask = bodyAt === maskAt ? 0 : (chunk[maskAt + (i % MASK_LENGTH)] ?? 0)
    if (((chunk[bodyAt + i] ?? 0) ^ mask) !== byte) return 0
  }
  return end - at
}

/**
 * Takes the pong that answers our ping out of a chunk: the other side did not ask. One that is split
 * over chunks is left in, as a pong that nobody asked for, which RFC 6455 §5.5.3 allows.
 * @param starts where frames begin in the chunk
 * @returns the same chunk when it is not in there
 */
export function withoutOwnPong(chunk: Buffer, starts: readonly number[]): Buffer {
  for (const at of starts) {
    const length = ownPongLength(chunk, at)
    if (length === 0) continue
    return Buffer.concat([chunk.subarray(0, at), chunk.subarray(at + length)])
  }
  return chunk
}
