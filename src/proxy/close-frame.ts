import { randomBytes } from 'node:crypto'

const FIN_CLOSE = 0x88
const MASKED = 0x80
/** A control frame has at most 125 bytes, two of which are the code (RFC 6455 §5.5). */
const MAX_REASON = 123

function payload(code: number, reason: string): Buffer {
  const bytes = Buffer.alloc(2 + reason.length)
  bytes.writeUInt16BE(code)
  bytes.write(reason, 2, 'latin1')
  return bytes
}

/**
 * A Close frame as a server sends it (RFC 6455 §5.5.1).
 * @param reason ASCII; what is longer than 123 characters is cut off
 */
export function closeFrame(code: number, reason: string): Buffer {
  const body = payload(code, reason.slice(0, MAX_REASON))
  return Buffer.concat([Buffer.of(FIN_CLOSE, body.length), body])
}

/** A Close frame without a reason as a client sends it: masked. */
export function maskedCloseFrame(code: number): Buffer {
  const body = payload(code, '')
  const mask = randomBytes(4)
  const masked = body.map((byte, i) => byte ^ (mask[i % 4] ?? 0))
  return Buffer.concat([Buffer.of(FIN_CLOSE, MASKED | body.length), mask, masked])
}
