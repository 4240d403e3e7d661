import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import { CacheIndex, Derivation } from './cache-index.ts'
import { readerFor } from './cache-reader.ts'
import type { Resolve, Traced } from './cache-view.ts'
import { CacheView } from './cache-view.ts'
import { keyId } from './keys.ts'
import { LastKnown } from './last-known.ts'
import type { Key, Store, StoreEvent } from './port.ts'

/** Reads the store for a computation, which then depends on what was read, absent keys included. */
export interface CacheReader {
  get<V>(key: Key): Promise<V | undefined>
  getMany<V>(keys: readonly Key[]): Promise<(V | undefined)[]>
  list<V>(prefix: Key): Promise<V[]>
  /** The keys that `list` has the values of. */
  keys(prefix: Key): Promise<Key[]>
}

/** What the domain reads through. */
export interface ValueCache {
  /** @see StoreCache.derive */
  derive<V>(id: readonly string[], compute: (read: CacheReader) => Promise<V>): Promise<V>
  /** @see StoreCache.get */
  get<V>(key: Key): Promise<V | undefined>
  /** @see StoreCache.list */
  list<V>(prefix: Key): Promise<V[]>
  /** The same values, but it is noted which were read: for what is decided by them to be kept. */
  traced(): Traced
}

export interface StoreCacheOptions {
  store: Store
  clock: Clock
  /** The most values to keep; those used longest ago are pushed out. */
  max: number
}

/**
 * Values computed from the store, kept for as long as the store's change feed says that they are
 * true, and not at all while it is silent (invariant 4). They are shared between callers, who must
 * not change them.
 */
export class StoreCache implements ValueCache {
  readonly #store: Store
  readonly #clock: Clock
  readonly #held: LRUCache<string, Derivation>
  readonly #running = new Map<string, { derivation: Derivation; result: Promise<Derivation> }>()
  readonly #index = new CacheIndex()
  readonly #unwatch: () => void
  readonly #lastKnown: LastKnown
  readonly #view: CacheView
  #closed = false

  constructor({ store, clock, max }: StoreCacheOptions) {
    this.#store = store
    this.#clock = clock
    this.#lastKnown = new LastKnown(clock)
    this.#held = new LRUCache({ max, dispose: (derivation) => this.#forget(derivation) })
    this.#view = this.#viewOf((id, compute) => this.#resolve(id, compute))
    this.#unwatch = store.watch((event) => this.#onChange(event))
  }

  /**
   * The value of `compute`, kept until a key or prefix that it read changes, an entry that it read
   * expires, a gap is reported, or it is pushed out. Calls for the same id share one computation.
   * What was computed while one of its keys changed goes to those who were waiting for it and is not
   * kept; who asks after the change gets a new one. Rejections are not kept.
   * @param id what is computed; no two computations may share one
   */
  derive<V>(id: readonly string[], compute: (read: CacheReader) => Promise<V>): Promise<V> {
    return this.#view.derive(id, compute)
  }

  /** What `derive` has at hand right now, without I/O; undefined when it would have to compute. */
  peek<V>(id: readonly string[]): V | undefined {
    return this.#fresh(`derived ${keyId(id)}`)?.value as V | undefined
  }

  /** The value of one key, kept like any derived value. */
  get<V>(key: Key): Promise<V | undefined> {
    return this.#view.get(key)
  }

  /** The values below a prefix, in order, kept like any derived value. */
  list<V>(prefix: Key): Promise<V[]> {
    return this.#view.list(prefix)
  }

  traced(): Traced {
    return this.#view.traced()
  }

  /**
   * The same values, but when the store cannot be read after change notices were lost, what was true
   * at that moment stands in for a while (invariant 4). What stands in is not true for `traced`.
   * @param graceMs for how long after the loss, in milliseconds
   */
  graceful(graceMs: () => number): ValueCache {
    const known = this.#lastKnown
    return this.#viewOf((id, compute) =>
      known.orStandIn(id, graceMs(), () => this.#resolve(id, compute)),
    )
  }

  /** Forgets everything, and keeps nothing that is being computed now: what it rests on has changed. */
  clear(): void {
    for (const { derivation } of this.#running.values()) this.#forget(derivation)
    this.#running.clear()
    this.#held.clear()
  }

  /** Stops listening. From then on every value is computed anew. */
  close(): void {
    this.#closed = true
    this.#unwatch()
    this.clear()
  }

  #viewOf(resolve: Resolve): CacheView {
    return new CacheView(resolve, (derivation) => this.#isTrue(derivation))
  }

  #isTrue({ stale, expiresAt }: Derivation): boolean {
    return !stale && this.#store.listening && this.#clock.now() < expiresAt
  }

  #resolve(
    id: string,
    compute: (read: CacheReader) => Promise<unknown>,
  ): Derivation | Promise<Derivation> {
    const held = this.#fresh(id)
    if (held !== undefined) return held
    const running = this.#running.get(id)
    if (running !== undefined) return running.result
    const derivation = new Derivation(id)
    const result = this.#compute(derivation, compute)
    if (!derivation.stale) this.#running.set(id, { derivation, result })
    return result
  }

  async #compute(
    derivation: Derivation,
    compute: (read: CacheReader) => Promise<unknown>,
  ): Promise<Derivation> {
    try {
      const value = await compute(readerFor(derivation, this.#store, this.#index))
      this.#settle(derivation)
      derivation.value = value
      const isTrue = !derivation.stale && this.#store.listening && !this.#closed
      if (isTrue) this.#held.set(derivation.id, derivation)
      else this.#forget(derivation)
      return derivation
    } catch (error) {
      this.#settle(derivation)
      this.#forget(derivation)
      throw error
    }
  }

  #settle(derivation: Derivation): void {
    if (this.#running.get(derivation.id)?.derivation === derivation) {
      this.#running.delete(derivation.id)
    }
  }

  #fresh(id: string): Derivation | undefined {
    if (!this.#store.listening) return undefined
    const derivation = this.#held.get(id)
    if (derivation === undefined || this.#clock.now() < derivation.expiresAt) return derivation
    this.#held.delete(id)
    return undefined
  }

  #onChange(event: StoreEvent): void {
    if (event.kind === 'gap') {
      if (this.#store.listening) this.#lastKnown.drop()
      else this.#lastKnown.keep(this.#held.entries())
      this.clear()
      return
    }
    for (const key of event.keys) {
      for (const derivation of this.#index.dependents(key)) this.#invalidate(derivation)
    }
  }

  #invalidate(derivation: Derivation): void {
    this.#forget(derivation)
    this.#settle(derivation)
    if (this.#held.peek(derivation.id) === derivation) this.#held.delete(derivation.id)
  }

  #forget(derivation: Derivation): void {
    derivation.stale = true
    this.#index.remove(derivation)
  }
}
