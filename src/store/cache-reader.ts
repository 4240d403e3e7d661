import type { CacheReader } from './cache.ts'
import type { CacheIndex, Derivation } from './cache-index.ts'
import type { Entry, Key, Store } from './port.ts'

/**
 * Reads the store for a computation. Notes each dependency before it reads, so that no change can come
 * between unnoticed.
 */
export function readerFor(
  derivation: Derivation,
  store: Pick<Store, 'get' | 'getMany' | 'list'>,
  index: CacheIndex,
): CacheReader {
  const valueIn = <V>(entry: Entry<V> | undefined): V | undefined => {
    derivation.saw(entry)
    return entry?.value
  }
  const dependOn = (keys: readonly Key[]): void => {
    if (derivation.stale) return
    for (const key of keys) index.addKey(derivation, key)
  }
  const entriesOf = async <V>(prefix: Key): Promise<Entry<V>[]> => {
    if (!derivation.stale) index.addPrefix(derivation, prefix)
    const entries = await store.list<V>(prefix)
    for (const entry of entries) derivation.saw(entry)
    return entries
  }
  return {
    get: async <V>(key: Key) => {
      dependOn([key])
      return valueIn(await store.get<V>(key))
    },
    getMany: async <V>(keys: readonly Key[]) => {
      dependOn(keys)
      return (await store.getMany<V>(keys)).map(valueIn)
    },
    list: async <V>(prefix: Key) => (await entriesOf<V>(prefix)).map((entry) => entry.value),
    keys: async (prefix: Key) => (await entriesOf(prefix)).map((entry) => entry.key),
  }
}
