import type { CacheReader, ValueCache } from './cache.ts'
import type { Derivation } from './cache-index.ts'
import { keyId } from './keys.ts'
import type { Key } from './port.ts'

type Compute<V> = (read: CacheReader) => Promise<V>

/** Finds the value of a computation, at hand or computed now, with all that it rests on. */
export type Resolve = (id: string, compute: Compute<unknown>) => Derivation | Promise<Derivation>

/** Whether a value that was computed is still true. */
export type IsTrue = (derivation: Derivation) => boolean

const derivedId = (id: readonly string[]): string => `derived ${keyId(id)}`

/** Several values that something was decided by, and whether all of them are still true. */
export class Traced {
  /** To read through while it is decided. */
  readonly cache: ValueCache
  readonly #seen: Derivation[] = []
  readonly #isTrue: IsTrue

  constructor(resolve: Resolve, isTrue: IsTrue) {
    this.#isTrue = isTrue
    const note = (derivation: Derivation): Derivation => {
      if (!this.#seen.includes(derivation)) this.#seen.push(derivation)
      return derivation
    }
    const noting: Resolve = (id, compute) => {
      const found = resolve(id, compute)
      return found instanceof Promise ? found.then(note) : note(found)
    }
    this.cache = new CacheView(noting, isTrue)
  }

  /**
   * Whether all that was read is what the cache would answer now, without I/O. False once any of it
   * changed, ended or was pushed out, or change notices are not heard.
   */
  holds(): boolean {
    for (const derivation of this.#seen) if (!this.#isTrue(derivation)) return false
    return true
  }
}

/** What the domain reads through, on top of one way to find values. */
export class CacheView implements ValueCache {
  readonly #resolve: Resolve
  readonly #isTrue: IsTrue

  constructor(resolve: Resolve, isTrue: IsTrue) {
    this.#resolve = resolve
    this.#isTrue = isTrue
  }

  derive<V>(id: readonly string[], compute: Compute<V>): Promise<V> {
    return this.#valueOf(derivedId(id), compute)
  }

  get<V>(key: Key): Promise<V | undefined> {
    return this.#valueOf(`entry ${keyId(key)}`, (read) => read.get<V>(key))
  }

  list<V>(prefix: Key): Promise<V[]> {
    return this.#valueOf(`list ${keyId(prefix)}`, (read) => read.list<V>(prefix))
  }

  traced(): Traced {
    return new Traced(this.#resolve, this.#isTrue)
  }

  #valueOf<V>(id: string, compute: Compute<V>): Promise<V> {
    const found = this.#resolve(id, compute)
    if (!(found instanceof Promise)) return Promise.resolve(found.value as V)
    return found.then(({ value }) => value as V)
  }
}
