import { HubgateError } from '../base/errors.ts'
import type { Key } from '../store/port.ts'

/** Longest cursor that is looked at: names are 255 characters at most, and a key has few parts. */
const MAX_LENGTH = 8192
const MAX_PARTS = 8

const isPart = (part: unknown): part is string => typeof part === 'string'

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/**
 * Where a listing goes on, opaque to clients: behind this key.
 * @param key whatever places an entry in the listing's order
 */
export function encodeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key), 'utf8').toString('base64url')
}

/**
 * The key of a cursor that a client sent back. What it says is the client's word: it chooses where a
 * listing goes on, never what somebody may see.
 * @param fits whether a key, which has a part at least, is one of this listing
 * @throws HubgateError `bad_request` for anything that {@link encodeCursor} did not make of such a key
 */
export function decodeCursor(cursor: string, fits: (key: readonly string[]) => boolean): string[] {
  const key = cursor.length > MAX_LENGTH ? undefined : parse(cursor)
  const isKey = Array.isArray(key) && key.length <= MAX_PARTS && key.every(isPart)
  // One cursor for each key: other spellings of the same are no cursors of ours.
  if (isKey && key.length > 0 && encodeCursor(key) === cursor && fits(key)) return key
  throw new HubgateError(
    'bad_request',
    'This is no cursor of this list: take `next` of the page before.',
  )
}
