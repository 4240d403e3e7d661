import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openLog } from '../../src/base/log.ts'
import type { CacheReader } from '../../src/store/cache.ts'
import { StoreCache } from '../../src/store/cache.ts'
import { openStore } from '../../src/store/open.ts'
import type { Key, Store } from '../../src/store/port.ts'

export interface CacheTest {
  /** Stands still until its time (milliseconds) is set. */
  readonly clock: { time: number; now(): number }
  readonly store: Store
  readonly cache: StoreCache
  /** One more connection to the same database, as another process has. */
  second(): Promise<Store>
}

/** A cache over an empty database, for the running test. */
export async function openCache(): Promise<CacheTest> {
  const folder = await mkdtemp(join(tmpdir(), 'hubgate-cache-'))
  const clock = { time: Date.UTC(2026, 10, 22), now: () => clock.time }
  const stores: Store[] = []
  const second = async (): Promise<Store> => {
    const url = `sqlite:${join(folder, 'db')}`
    const store = await openStore(url, { clock, log: openLog('silent'), pollMs: 5 })
    stores.push(store)
    return store
  }
  const store = await second()
  const cache = new StoreCache({ store, clock, max: 100 })
  onTestFinished(async () => {
    cache.close()
    await Promise.all(stores.map((one) => one.close()))
    await rm(folder, { recursive: true })
  })
  return { clock, store, cache, second }
}

/** A computation that counts how often it was asked for. */
export type Counted<V> = ((read: CacheReader) => Promise<V>) & { calls: number }

export function counted<V>(compute: (read: CacheReader) => Promise<V>): Counted<V> {
  const counting: Counted<V> = Object.assign(
    (read: CacheReader) => {
      counting.calls++
      return compute(read)
    },
    { calls: 0 },
  )
  return counting
}

/** The store's own methods, to override some of them. */
export function methodsOf(of: Store): Store {
  return {
    description: of.description,
    listening: of.listening,
    get: (key) => of.get(key),
    getMany: (keys) => of.getMany(keys),
    list: (prefix, options) => of.list(prefix, options),
    count: (prefix) => of.count(prefix),
    commit: (commit) => of.commit(commit),
    watch: (listener) => of.watch(listener),
    acquireLease: (name, holder, ttlMs) => of.acquireLease(name, holder, ttlMs),
    renewLease: (lease, ttlMs) => of.renewLease(lease, ttlMs),
    releaseLease: (lease) => of.releaseLease(lease),
    close: () => of.close(),
  }
}

/** The store, and the keys that it was asked for. */
export function countReads(of: Store): { gets: Key[]; counting: Store } {
  const gets: Key[] = []
  const counting: Store = {
    ...methodsOf(of),
    get: (key) => {
      gets.push(key)
      return of.get(key)
    },
  }
  return { gets, counting }
}
