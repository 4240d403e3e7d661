import { keyId } from './keys.ts'
import type { Entry, Key } from './port.ts'

/** One computed value, or the attempt to compute it, and all that it was computed from. */
export class Derivation {
  readonly id: string
  /** Ids of the keys that were read, whether or not anything was there. */
  readonly keys = new Set<string>()
  /** Ids of the prefixes that were listed. */
  readonly prefixes = new Set<string>()
  /** Milliseconds since the epoch from which an entry that was read is no more. */
  expiresAt = Infinity
  /** True once something that it was computed from has changed. */
  stale = false
  value: unknown

  constructor(id: string) {
    this.id = id
  }

  /** Takes note of an entry's expiry. */
  saw(entry: Entry | undefined): void {
    if (typeof entry?.expiresAt === 'number') {
      this.expiresAt = Math.min(this.expiresAt, entry.expiresAt)
    }
  }
}

/** Which derivations depend on a key, by the keys they read and the prefixes they listed. */
export class CacheIndex {
  readonly #byKey = new Map<string, Set<Derivation>>()
  readonly #byPrefix = new Map<string, Set<Derivation>>()

  addKey(derivation: Derivation, key: Key): void {
    add(this.#byKey, derivation.keys, keyId(key), derivation)
  }

  addPrefix(derivation: Derivation, prefix: Key): void {
    add(this.#byPrefix, derivation.prefixes, keyId(prefix), derivation)
  }

  remove(derivation: Derivation): void {
    for (const id of derivation.keys) remove(this.#byKey, id, derivation)
    for (const id of derivation.prefixes) remove(this.#byPrefix, id, derivation)
  }

  /** Those that a change of the key makes stale. */
  dependents(key: Key): Derivation[] {
    const found = [...(this.#byKey.get(keyId(key)) ?? [])]
    if (this.#byPrefix.size === 0) return found
    for (let length = 0; length < key.length; length++) {
      found.push(...(this.#byPrefix.get(keyId(key.slice(0, length))) ?? []))
    }
    return found
  }
}

type Index = Map<string, Set<Derivation>>

function add(index: Index, own: Set<string>, id: string, derivation: Derivation): void {
  own.add(id)
  const dependents = index.get(id)
  if (dependents === undefined) index.set(id, new Set([derivation]))
  else dependents.add(derivation)
}

function remove(index: Index, id: string, derivation: Derivation): void {
  const dependents = index.get(id)
  dependents?.delete(derivation)
  if (dependents?.size === 0) index.delete(id)
}
