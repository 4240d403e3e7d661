import { expect, it } from 'vitest'
import { StoreCache } from '../../src/store/cache.ts'
import type { Store, StoreEvent } from '../../src/store/port.ts'
import { put } from '../contract/store/setup.ts'
import { openCache } from './cache-setup.ts'

async function setUp() {
  const { store, clock, cache } = await openCache()
  await put(store, ['a'], 1)
  await put(store, ['list', 'x'], 1)
  const traced = cache.traced()
  return { store, clock, cache, traced, read: traced.cache }
}

it('holds while nothing that was read changes, absent keys included', async () => {
  const { store, traced, read } = await setUp()
  expect(await read.get(['a'])).toBe(1)
  expect(await read.get(['b'])).toBeUndefined()
  expect(traced.holds()).toBe(true)
  await put(store, ['c'], 1)
  expect(traced.holds()).toBe(true)
  await put(store, ['b'], 1)
  expect(traced.holds()).toBe(false)
  await store.commit({ delete: [['b']] })
  expect(traced.holds()).toBe(false)
})

it('notes what was at hand already, and each of several computations', async () => {
  const { store, cache, traced, read } = await setUp()
  await cache.get(['a'])
  await cache.list(['list'])
  await read.get(['a'])
  await read.list(['list'])
  await read.derive(['sum'], async (reader) => [await reader.get(['d'])])
  expect(traced.holds()).toBe(true)
  await put(store, ['list', 'y'], 1)
  expect(traced.holds()).toBe(false)
  const again = cache.traced()
  await again.cache.derive(['sum'], () => Promise.resolve([]))
  expect(again.holds()).toBe(true)
  await put(store, ['d'], 1)
  expect(again.holds()).toBe(false)
})

it('does not hold for what changed while it was computed', async () => {
  const { store, traced, read } = await setUp()
  await read.derive(['x'], async (reader) => {
    const value = await reader.get(['a'])
    await put(store, ['a'], 2)
    return value
  })
  expect(traced.holds()).toBe(false)
})

it('ends with the first entry that expires', async () => {
  const { store, clock, traced, read } = await setUp()
  const expiresAt = clock.now() + 1000
  await store.commit({ set: [{ key: ['t'], value: 1, expiresAt }] })
  await read.get(['a'])
  await read.derive(['x'], (reader) => reader.get(['t']))
  clock.time += 999
  expect(traced.holds()).toBe(true)
  clock.time += 1
  expect(traced.holds()).toBe(false)
})

it('does not hold after everything is forgotten, or once what it rests on is pushed out', async () => {
  const { store, clock, cache, traced, read } = await setUp()
  await read.get(['a'])
  cache.clear()
  expect(traced.holds()).toBe(false)

  const small = new StoreCache({ store, clock, max: 2 })
  const other = small.traced()
  await other.cache.get(['a'])
  await small.get(['b'])
  expect(other.holds()).toBe(true)
  await small.get(['c'])
  expect(other.holds()).toBe(false)
  const last = small.traced()
  await last.cache.get(['a'])
  small.close()
  expect(last.holds()).toBe(false)
  const closed = small.traced()
  await closed.cache.get(['a'])
  expect(closed.holds()).toBe(false)
})

it('never holds for what stands in for a store that is away, nor while notices are not heard', async () => {
  const { store, clock } = await setUp()
  const state = { listening: true }
  const listeners = new Set<(event: StoreEvent) => void>()
  const frail = new Proxy(store, {
    get(target, name) {
      if (name === 'listening') return state.listening
      if (name === 'watch') {
        return (listener: (event: StoreEvent) => void) => {
          listeners.add(listener)
          return target.watch(listener)
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  }) as Store
  const cache = new StoreCache({ store: frail, clock, max: 100 })
  const graceful = cache.graceful(() => 10_000)
  const before = graceful.traced()
  await before.cache.get(['a'])
  expect(before.holds()).toBe(true)

  state.listening = false
  expect(before.holds()).toBe(false)
  for (const listener of listeners) listener({ kind: 'gap' })
  const meanwhile = graceful.traced()
  await meanwhile.cache.get(['a'])
  expect(meanwhile.holds()).toBe(false)

  state.listening = true
  for (const listener of listeners) listener({ kind: 'gap' })
  expect(before.holds()).toBe(false)
  expect(meanwhile.holds()).toBe(false)
  cache.close()
})
