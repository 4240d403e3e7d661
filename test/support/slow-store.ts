import type { Store } from '../../src/store/port.ts'

const READS: ReadonlySet<PropertyKey> = new Set(['get', 'getMany', 'list'])

/** A store whose reads wait until they are let go; it tells of changes meanwhile. */
export function slowStore(store: Store): { slow: Store; letGo: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const slow = new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      const own = value.bind(target) as (...given: unknown[]) => unknown
      return READS.has(name) ? (...given: unknown[]) => promise.then(() => own(...given)) : own
    },
  })
  return { slow, letGo: resolve }
}
