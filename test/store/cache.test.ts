import { beforeEach, describe, expect, it } from 'vitest'
import type { CacheReader } from '../../src/store/cache.ts'
import { StoreCache } from '../../src/store/cache.ts'
import type { Store, StoreEvent } from '../../src/store/port.ts'
import { listen, put } from '../contract/store/setup.ts'
import type { CacheTest } from './cache-setup.ts'
import { counted, countReads, methodsOf, openCache } from './cache-setup.ts'

let clock: CacheTest['clock']
let store: Store
let cache: StoreCache
let second: CacheTest['second']

beforeEach(async () => {
  ;({ clock, store, cache, second } = await openCache())
})

describe('get', () => {
  it('reads once, until the key changes', async () => {
    const { gets, counting } = countReads(store)
    const own = new StoreCache({ store: counting, clock, max: 100 })
    await put(store, ['a'], 1)
    expect(await own.get(['a'])).toBe(1)
    expect(await own.get(['a'])).toBe(1)
    await put(store, ['b'], 1)
    expect(await own.get(['a'])).toBe(1)
    expect(gets).toEqual([['a']])
    await put(store, ['a'], 2)
    expect(await own.get(['a'])).toBe(2)
    expect(gets).toEqual([['a'], ['a']])
  })

  it('remembers that nothing is there, until something is', async () => {
    const { gets, counting } = countReads(store)
    const own = new StoreCache({ store: counting, clock, max: 100 })
    expect(await own.get(['a'])).toBeUndefined()
    expect(await own.get(['a'])).toBeUndefined()
    expect(gets).toHaveLength(1)
    await put(store, ['a'], 1)
    expect(await own.get(['a'])).toBe(1)
    await store.commit({ delete: [['a']] })
    expect(await own.get(['a'])).toBeUndefined()
  })

  it('sees what this process committed at once, and what another did when it is noticed', async () => {
    const other = await second()
    const heard = listen(store)
    await put(store, ['a'], 1)
    expect(await cache.get(['a'])).toBe(1)
    await put(other, ['a'], 2)
    await heard.until('a', 2)
    expect(await cache.get(['a'])).toBe(2)
  })

  it('does not confuse a key with the id of a computation', async () => {
    await put(store, ['a'], 'entry')
    expect(await cache.derive(['a'], () => Promise.resolve('derived'))).toBe('derived')
    expect(await cache.get(['a'])).toBe('entry')
  })
})

describe('peek', () => {
  it('answers what is at hand and never computes', async () => {
    await put(store, ['a'], 1)
    const compute = (read: CacheReader): Promise<unknown> => read.get(['a'])
    expect(cache.peek(['id'])).toBeUndefined()
    const running = cache.derive(['id'], compute)
    expect(cache.peek(['id'])).toBeUndefined()
    await running
    expect(cache.peek(['id'])).toBe(1)
    await put(store, ['a'], 2)
    expect(cache.peek(['id'])).toBeUndefined()
  })
})

describe.each([
  ['a gap', (report: (event: StoreEvent) => void) => report({ kind: 'gap' })],
  ['clear', (_report: unknown, of: StoreCache) => of.clear()],
])('%s', (_what, empty) => {
  it('empties the cache, of what is being computed, too', async () => {
    const listeners = new Set<(event: StoreEvent) => void>()
    const watched: Store = {
      ...methodsOf(store),
      watch: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    const own = new StoreCache({ store: watched, clock, max: 100 })
    const report = (event: StoreEvent): void => {
      for (const listener of listeners) listener(event)
    }
    await own.derive(['held'], (read) => read.get(['a']))
    await own.derive(['constant'], () => Promise.resolve(1))
    const gate = Promise.withResolvers<string>()
    const running = own.derive(['running'], () => gate.promise)
    empty(report, own)
    const later = own.derive(['running'], () => Promise.resolve('new'))
    gate.resolve('old')
    expect([await running, await later]).toEqual(['old', 'new'])
    expect(own.peek(['held'])).toBeUndefined()
    expect(own.peek(['constant'])).toBeUndefined()
    expect(own.peek(['running'])).toBe('new')
  })
})

describe('close', () => {
  it('keeps nothing from then on, as it can no longer know', async () => {
    const gate = Promise.withResolvers<string>()
    const running = cache.derive(['running'], () => gate.promise)
    await cache.derive(['held'], () => Promise.resolve(1))
    cache.close()
    gate.resolve('value')
    expect(await running).toBe('value')
    const compute = counted((read) => read.get(['a']))
    await put(store, ['a'], 1)
    expect(await cache.derive(['id'], compute)).toBe(1)
    await put(store, ['a'], 2)
    expect(await cache.derive(['id'], compute)).toBe(2)
    expect([cache.peek(['running']), cache.peek(['held'])]).toEqual([undefined, undefined])
  })
})

describe('under load', () => {
  it('never answers an older value than one committed before the question', async () => {
    let committed = 0
    const ask = async (id: number): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        const atLeast = committed
        const [n, names] = await cache.derive([String(id % 2)], async (read) => [
          (await read.get<number>(['n'])) ?? 0,
          (await read.list(['names'])).length,
        ])
        expect(n).toBeGreaterThanOrEqual(atLeast)
        expect(names).toBeGreaterThanOrEqual(atLeast)
      }
    }
    const change = async (): Promise<void> => {
      for (let n = 1; n <= 100; n++) {
        const key = ['names', String(n)]
        await store.commit({
          set: [
            { key: ['n'], value: n },
            { key, value: n },
          ],
        })
        committed = n
        await store.get(['n'])
      }
    }
    await Promise.all([ask(1), ask(2), ask(3), change()])
    expect(await cache.get(['n'])).toBe(100)
  })
})
