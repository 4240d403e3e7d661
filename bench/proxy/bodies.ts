import { createHash } from 'node:crypto'

/** Sizes of what is sent, in bytes. */
export const SIZES = { medium: 100_000, large: 10_000_000, upload: 1_000_000 } as const

/** A small answer, about as long as one of a contents or kernel request. */
export const SMALL = Buffer.from(
  JSON.stringify({
    name: 'Untitled.ipynb',
    path: 'work/Untitled.ipynb',
    last_modified: '2026-01-31T12:00:00.000000Z',
    created: '2026-01-31T11:00:00.000000Z',
    format: null,
    mimetype: null,
    writable: true,
    type: 'notebook',
  }),
)

/** The same bytes in every process, without a period that a proxy's buffers have too. */
export function bytesOf(size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size)
  for (let at = 0; at < size; at++) bytes[at] = (Math.imul(at, 2_654_435_761) >>> 13) & 255
  return bytes
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** A body in chunks of 64 KiB (RFC 9112 §7.1). */
export function chunkedOf(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 65_536) {
    const part = bytes.subarray(at, at + 65_536)
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}
