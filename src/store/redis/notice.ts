import { decodeKey } from '../keys.ts'
import type { Key } from '../port.ts'

/** An announcement of changes, as scripts/shared.lua writes it. */
export interface Notice {
  /** One more than that of the notice before. */
  readonly sequence: number
  /** The commit's; `-` for entries that expired. */
  readonly id: string
  readonly keys: Key[]
}

/** What came back of a heartbeat. */
export interface Tick {
  /** Of the last notice before it. */
  readonly sequence: number
  /** When it was sent (milliseconds of `performance.now()`). */
  readonly sentAt: number
}

/** @throws RangeError when these are not the bytes of a notice */
export function parseNotice(bytes: Buffer): Notice {
  const end = bytes.indexOf('\n')
  const [sequence, id, lengths] = bytes.toString('latin1', 0, end).split(' ')
  if (end === -1 || sequence === undefined || id === undefined || lengths === undefined) {
    throw new RangeError('These bytes are not a notice of changes.')
  }
  let at = end + 1
  const keys = lengths.split(',').map((length) => {
    const key = bytes.subarray(at, at + Number(length))
    at += key.length
    return decodeKey(key)
  })
  return { sequence: Number(sequence), id, keys }
}

export function parseTick(bytes: Buffer): Tick {
  const [sequence, sentAt] = bytes.toString('latin1').split(' ').map(Number)
  return { sequence: sequence ?? Number.NaN, sentAt: sentAt ?? Number.NaN }
}
