import { expect, it } from 'vitest'
import { HubgateError } from '../../src/base/errors.ts'
import type { CacheReader } from '../../src/store/cache.ts'
import { StoreCache } from '../../src/store/cache.ts'
import type { Store, StoreEvent } from '../../src/store/port.ts'
import { openCache } from './cache-setup.ts'

/**
 * A store whose notices and answers are lost on demand. test/e2e does the same to a real Redis; here
 * each of the two is lost alone, at an exact moment.
 */
async function frail() {
  const { store, clock } = await openCache()
  const state = { listening: true, answers: true }
  const listeners = new Set<(event: StoreEvent) => void>()
  const asks = <Result>(work: () => Promise<Result>): Promise<Result> =>
    state.answers ? work() : Promise.reject(new HubgateError('unavailable'))
  const frailStore = new Proxy(store, {
    get(target, name) {
      if (name === 'listening') return state.listening
      if (name === 'get') return (key: never) => asks(() => target.get(key))
      if (name === 'watch') {
        return (listener: (event: StoreEvent) => void) => {
          listeners.add(listener)
          return target.watch((event) => {
            if (state.listening) listener(event)
          })
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  }) as Store
  const cache = new StoreCache({ store: frailStore, clock, max: 100 })
  const hear = (listening: boolean) => {
    state.listening = listening
    for (const listener of listeners) listener({ kind: 'gap' })
  }
  return { store, clock, cache, state, hear, graceful: cache.graceful(() => 10_000) }
}

const KEY = ['token', 'a']
const read = (reader: CacheReader) => reader.get<number>(KEY)
const put = (store: Store, value: number) => store.commit({ set: [{ key: KEY, value }] })

it('trusts nothing that it cannot hear of: each question goes to the store', async () => {
  const { store, cache, hear } = await frail()
  await put(store, 1)
  expect(await cache.derive(['x'], read)).toBe(1)
  hear(false)
  await put(store, 2)
  expect(await cache.derive(['x'], read)).toBe(2)
  await put(store, 3)
  expect(await cache.derive(['x'], read)).toBe(3)
})

it('lets what was true stand in while neither notices nor answers come, for the grace', async () => {
  const { store, clock, cache, graceful, state, hear } = await frail()
  await put(store, 1)
  await graceful.derive(['x'], read)
  hear(false)
  state.answers = false
  expect(await graceful.derive(['x'], read)).toBe(1)
  await expect(cache.derive(['x'], read)).rejects.toThrow('store')
  clock.time += 9_999
  expect(await graceful.derive(['x'], read)).toBe(1)
  clock.time += 1
  await expect(graceful.derive(['x'], read)).rejects.toThrow('store')
})

it('prefers the store’s own answer to a stand-in', async () => {
  const { store, graceful, hear } = await frail()
  await put(store, 1)
  await graceful.derive(['x'], read)
  hear(false)
  await put(store, 2)
  expect(await graceful.derive(['x'], read)).toBe(2)
})

it('has no stand-in for what was revoked before the loss, or never asked for', async () => {
  const { store, graceful, state, hear } = await frail()
  await put(store, 1)
  await graceful.derive(['x'], read)
  await store.commit({ delete: [KEY] })
  hear(false)
  state.answers = false
  await expect(graceful.derive(['x'], read)).rejects.toThrow('store')
  await expect(graceful.get(['other'])).rejects.toThrow('store')
})

it('has no stand-in for what has expired meanwhile', async () => {
  const { store, clock, graceful, state, hear } = await frail()
  await store.commit({ set: [{ key: KEY, value: 1, expiresAt: clock.now() + 5000 }] })
  await graceful.derive(['x'], read)
  hear(false)
  state.answers = false
  clock.time += 4999
  expect(await graceful.derive(['x'], read)).toBe(1)
  clock.time += 1
  await expect(graceful.derive(['x'], read)).rejects.toThrow('store')
})

it('does not lengthen the grace when notices are lost again and again', async () => {
  const { store, clock, graceful, state, hear } = await frail()
  await put(store, 1)
  await graceful.derive(['x'], read)
  state.answers = false
  hear(false)
  clock.time += 6000
  hear(false)
  clock.time += 6000
  await expect(graceful.derive(['x'], read)).rejects.toThrow('store')
})

it('heals: once notices come again it keeps values again, and forgets the stand-ins', async () => {
  const { store, graceful, cache, state, hear } = await frail()
  await put(store, 1)
  await graceful.derive(['x'], read)
  hear(false)
  await put(store, 2)
  hear(true)
  expect(await cache.derive(['x'], read)).toBe(2)
  expect(cache.peek(['x'])).toBe(2)
  state.answers = false
  expect(await graceful.derive(['x'], read)).toBe(2)
})
