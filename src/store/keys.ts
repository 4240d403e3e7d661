/**
 * Keys as bytes whose plain byte order is the order of the keys, for databases that know only bytes
 * (the tuple layer of FoundationDB is the model): each part is its UTF-8 with 00 written as 00 FF,
 * closed by 00. FF begins no part, so a part sorts before every longer one that begins with it, and
 * a key before every longer one.
 */
import type { Key } from './port.ts'

const END = 0x00
const ESCAPE = 0xff

/** Bytes between which, exclusively, lie all keys that begin with a prefix and are longer than it. */
export interface KeyRange {
  above: Buffer
  below: Buffer
}

/**
 * Order-preserving and injective over all arrays of JavaScript strings. Lone surrogates are written
 * like any other code point (WTF-8), so that no two strings become one.
 */
export function encodeKey(key: Key): Buffer {
  const parts = key.map(encodePart)
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
}

/**
 * The inverse of {@link encodeKey}.
 * @throws RangeError when the bytes are not those of a key
 */
export function decodeKey(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const key: string[] = []
  let start = 0
  while (start < buffer.length) {
    const end = endOfPart(buffer, start)
    key.push(decodePart(buffer.subarray(start, end)))
    start = end + 1
  }
  return key
}

/** Where the keys lie that `list(prefix)` answers. */
export function prefixRange(prefix: Key): KeyRange {
  const above = encodeKey(prefix)
  return { above, below: Buffer.concat([above, Buffer.of(ESCAPE)]) }
}

/** A string that stands for the key in a Map or Set: equal for equal keys only. Its order means nothing. */
export function keyId(key: Key): string {
  return JSON.stringify(key)
}

function encodePart(part: string): Buffer {
  const bytes = part.isWellFormed() ? Buffer.from(part, 'utf8') : encodeLoneSurrogates(part)
  if (!bytes.includes(END)) return Buffer.concat([bytes, Buffer.of(END)])
  const escaped: number[] = []
  for (const byte of bytes) {
    escaped.push(byte)
    if (byte === END) escaped.push(ESCAPE)
  }
  return Buffer.from([...escaped, END])
}

function encodeLoneSurrogates(part: string): Buffer {
  const pieces: Buffer[] = []
  for (const character of part) {
    const code = character.charCodeAt(0)
    pieces.push(
      character.length === 1 && isSurrogate(code)
        ? Buffer.of(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
        : Buffer.from(character, 'utf8'),
    )
  }
  return Buffer.concat(pieces)
}

function endOfPart(buffer: Buffer, start: number): number {
  let end = buffer.indexOf(END, start)
  while (end !== -1 && buffer[end + 1] === ESCAPE) end = buffer.indexOf(END, end + 2)
  if (end === -1) throw new RangeError('These bytes are not an encoded key.')
  return end
}

function decodePart(escaped: Buffer): string {
  const bytes = escaped.includes(END) ? unescaped(escaped) : escaped
  let text = ''
  let start = 0
  for (let lead = bytes.indexOf(0xed); lead !== -1; lead = bytes.indexOf(0xed, lead + 1)) {
    const second = bytes[lead + 1] ?? 0
    if (second < 0xa0) continue
    text += bytes.toString('utf8', start, lead)
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | ((bytes[lead + 2] ?? 0) & 0x3f))
    start = lead + 3
  }
  return text + bytes.toString('utf8', start)
}

/** FF occurs in no encoded character: every one of them is an escape. */
function unescaped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.filter((byte) => byte !== ESCAPE))
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff
}
