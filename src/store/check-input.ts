import { keyId } from './keys.ts'
import type { Commit, Key, ListOptions } from './port.ts'

export interface PreparedWrite {
  readonly key: Key
  readonly json: string
  readonly expiresAt: number | null
}

/**
 * The writes of a commit as they are stored.
 * @throws TypeError when a key is both set and deleted or set twice, a value is not JSON, or a time
 *   is not a number
 */
export function prepareWrites(commit: Commit): PreparedWrite[] {
  const taken = new Set((commit.delete ?? []).map(keyId))
  return (commit.set ?? []).map(({ key, value, expiresAt = null }) => {
    const id = keyId(key)
    if (taken.has(id)) throw new TypeError(`The commit touches the key ${id} twice.`)
    taken.add(id)
    const json = JSON.stringify(value) as string | undefined
    if (json === undefined) throw new TypeError(`The value of the key ${id} is not JSON.`)
    if (expiresAt !== null && !Number.isFinite(expiresAt)) {
      throw new TypeError(`The expiry of the key ${id} is not a time in milliseconds.`)
    }
    return { key, json, expiresAt }
  })
}

/** @throws TypeError when the offset or limit is not a whole number from 0 */
export function checkListOptions(options: ListOptions): void {
  for (const name of ['offset', 'limit'] as const) {
    const value = options[name]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
      throw new TypeError(`The ${name} of a listing must be a whole number from 0, not ${value}.`)
    }
  }
}

/** @throws TypeError when the duration is not a positive number of milliseconds */
export function checkTtl(ttlMs: number): void {
  if (!(Number.isFinite(ttlMs) && ttlMs > 0)) {
    throw new TypeError(`A lease must last a positive number of milliseconds, not ${ttlMs}.`)
  }
}
