import { seconds } from '../../base/clock.ts'
import type { SigningKeyRecord } from '../records.ts'

const DAY_MS = seconds(24 * 60 * 60)

/** How long a key signs, in milliseconds. */
const SIGNS_MS = 30 * DAY_MS

/**
 * How long a key is published before it signs and after it did, in milliseconds: much longer than
 * tokens live, and than anybody keeps the list of public keys.
 */
const PUBLISHED_MS = DAY_MS

type Times = Pick<SigningKeyRecord, 'signsFrom'>

/**
 * Which of the keys signs at a time: the last whose time has come, or while a clock is behind the first.
 * @param keys oldest first, at least one
 * @param now milliseconds since the epoch
 */
export function signerAt<Key extends Times>(keys: readonly Key[], now: number): Key {
  const signer = keys.findLast(({ signsFrom }) => signsFrom <= now) ?? keys[0]
  if (signer === undefined) throw new TypeError('there is no key')
  return signer
}

/** The keys that are still published: all but those whose successor has signed long enough. */
export function publishedAt<Key extends Times>(keys: readonly Key[], now: number): Key[] {
  return keys.filter((_, i) => {
    const successor = keys[i + 1]
    return successor === undefined || successor.signsFrom + PUBLISHED_MS > now
  })
}

/** When the next key is to begin to sign, once it is time to publish it; undefined until then. */
export function nextSignsFrom(keys: readonly Times[], now: number): number | undefined {
  const newest = keys.at(-1)
  if (newest === undefined) return now
  return newest.signsFrom + SIGNS_MS - PUBLISHED_MS <= now ? now + PUBLISHED_MS : undefined
}
