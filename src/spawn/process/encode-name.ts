import { sha256 } from '../../base/hash.ts'

const SAFE = /^[a-z0-9_@+-]$/
/** File systems allow 255 bytes; this leaves room for what a template puts around the name. */
const MAX_LENGTH = 180

function encodeCharacter(character: string, index: number): string {
  if (SAFE.test(character) || (character === '.' && index > 0)) return character
  if (!character.isWellFormed()) return `%u${character.charCodeAt(0).toString(16)}`
  return Buffer.from(character, 'utf8')
    .toString('hex')
    .replace(/../g, (byte) => `%${byte}`)
}

/**
 * A user's name as one component of a path. Different names give different components, also on
 * file systems that ignore case (threats.md P28); none is empty, hidden, `.` or `..`, or holds `/`.
 * @returns lower-case letters, digits and `_@+-.` as they are, everything else as `%xx` of UTF-8;
 *   of very long names a beginning and the SHA-256
 */
export function encodeName(name: string): string {
  if (name === '') return '%'
  const encoded = Array.from(name, encodeCharacter).join('')
  if (encoded.length <= MAX_LENGTH) return encoded
  return `${encoded.slice(0, 100)}%.${sha256(encoded)}`
}
