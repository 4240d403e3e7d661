import { createHash, hash, timingSafeEqual } from 'node:crypto'

/** SHA-256 of a UTF-8 string as 64 lower-case hex digits. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}

/** SHA-256 of a UTF-8 string as 43 URL-safe characters. */
export function sha256Url(text: string): string {
  return hash('sha256', text, 'base64url')
}

/** Compares two strings in time that depends on their lengths only. */
export function constantTimeEqual(a: string, b: string): boolean {
  const left = createHash('sha256').update(a, 'utf8').digest()
  const right = createHash('sha256').update(b, 'utf8').digest()
  return timingSafeEqual(left, right) && a.length === b.length
}
