import { randomBytes, randomFillSync, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET_LENGTH = 38
const CHECKSUM_LENGTH = 6

function base62(value: number, length: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < length; i++) {
    text = BASE62.charAt(rest % 62) + text
    rest = Math.floor(rest / 62)
  }
  return text
}

/** The greatest multiple of 62 that a byte can hold: bytes from there on would favour some characters. */
const FAIR = 248

function randomBase62(length: number): string {
  let text = ''
  while (text.length < length) {
    const fair = randomBytes(length - text.length).filter((byte) => byte < FAIR)
    for (const byte of fair) text += BASE62.charAt(byte % 62)
  }
  return text
}

/**
 * A new credential: prefix, 38 random base-62 characters (226 bits) and a CRC-32 of both, so that a
 * scanner of leaked secrets finds it without asking us.
 */
export function randomToken(prefix: string): string {
  const body = prefix + randomBase62(SECRET_LENGTH)
  return body + base62(crc32(body), CHECKSUM_LENGTH)
}

/** 256 random bits as 43 URL-safe characters, for ids that are secrets (sessions, server secrets). */
export function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** @param bytes as many random bytes as twice as many hex digits */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}

const ID_BYTES = 12
/** Random bytes for ids: asking for many at a time costs a hundredth. */
const pool = Buffer.alloc(341 * ID_BYTES)
let used = pool.length

/** A short id for logs and records (96 bits): unique, not a secret. */
export function randomId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const id = pool.toString('base64url', used, used + ID_BYTES)
  used += ID_BYTES
  return id
}

/**
 * A positive integer that is unique in practice and grows with time (milliseconds × 4096 + random),
 * for ids that JupyterHub prints as numbers. It fits in 53 bits until the year 2039.
 * @param nowMs milliseconds since the Unix epoch
 */
export function timeOrderedInteger(nowMs: number): number {
  return nowMs * 4096 + randomInt(4096)
}
