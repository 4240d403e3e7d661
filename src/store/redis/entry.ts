import { decodeKey } from '../keys.ts'
import type { Entry, Key } from '../port.ts'

/** Reads an entry as scripts/shared.lua packs it: `version expiry json`. */
export function unpackEntry<Value>(key: Key, packed: string): Entry<Value> {
  const version = packed.indexOf(' ')
  const expiry = packed.indexOf(' ', version + 1)
  const expiresAt = packed.slice(version + 1, expiry)
  return {
    key: [...key],
    value: JSON.parse(packed.slice(expiry + 1)) as Value,
    version: packed.slice(0, version),
    expiresAt: expiresAt === '-' ? null : Number(expiresAt),
  }
}

/** Entries of a listing: key, packed entry, key, packed entry, … */
export function unpackListing<Value>(answer: readonly Buffer[]): Entry<Value>[] {
  const entries: Entry<Value>[] = []
  for (let i = 0; i + 1 < answer.length; i += 2) {
    const [key, packed] = [answer[i], answer[i + 1]]
    if (key === undefined || packed === undefined) continue
    entries.push(unpackEntry<Value>(decodeKey(key), packed.toString()))
  }
  return entries
}

/** An expiry as it is packed. */
export function packExpiry(expiresAt: number | null): string {
  return expiresAt === null ? '-' : String(expiresAt)
}
