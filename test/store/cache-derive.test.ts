import { beforeEach, describe, expect, it } from 'vitest'
import { StoreCache } from '../../src/store/cache.ts'
import type { Store } from '../../src/store/port.ts'
import { put } from '../contract/store/setup.ts'
import type { CacheTest, Counted } from './cache-setup.ts'
import { counted, methodsOf, openCache } from './cache-setup.ts'

let clock: CacheTest['clock']
let store: Store
let cache: StoreCache

beforeEach(async () => {
  ;({ clock, store, cache } = await openCache())
})

describe('derive', () => {
  it('computes once, until a key that it read changes', async () => {
    await store.commit({ set: ['a', 'b', 'c'].map((name) => ({ key: [name], value: 1 })) })
    const sum = counted(async (read) => {
      const [b, c] = await read.getMany<number>([['b'], ['c']])
      return ((await read.get<number>(['a'])) ?? 0) + (b ?? 0) + (c ?? 0)
    })
    expect([await cache.derive(['sum'], sum), await cache.derive(['sum'], sum)]).toEqual([3, 3])
    expect(sum.calls).toBe(1)
    for (const name of ['a', 'b', 'c']) {
      await put(store, [name], 10)
      await cache.derive(['sum'], sum)
    }
    expect(sum.calls).toBe(4)
    expect(await cache.derive(['sum'], sum)).toBe(30)
  })

  it('keeps values of different ids apart', async () => {
    const ids = [['a', 'b'], ['ab'], ['a'], ['a', ''], []]
    for (const id of ids) await cache.derive(id, () => Promise.resolve(id))
    expect(ids.map((id) => cache.peek(id))).toEqual(ids)
  })

  it('depends on a key that was not there', async () => {
    const isFree = counted(async (read) => (await read.getMany([['a'], ['b']]))[1] === undefined)
    expect(await cache.derive(['free'], isFree)).toBe(true)
    await put(store, ['b'], 1)
    expect(await cache.derive(['free'], isFree)).toBe(false)
  })

  it('depends on everything under a prefix that it listed, and on nothing beside it', async () => {
    const members = counted((read) => read.list<string>(['member', 'ada']))
    const list = (): Promise<string[]> => cache.derive(['members'], members)
    expect(await list()).toEqual([])
    await put(store, ['member', 'ada', 'x'], 'x')
    expect(await list()).toEqual(['x'])
    await put(store, ['member', 'ada', 'x', 'deeper'], 'y')
    expect(await list()).toEqual(['x', 'y'])
    await store.commit({ delete: [['member', 'ada', 'x']] })
    expect(await list()).toEqual(['y'])
    expect(members.calls).toBe(4)
    await store.commit({
      set: [['member', 'ada'], ['member', 'adam', 'x'], ['member'], ['other', 'ada', 'x']].map(
        (key) => ({ key, value: 1 }),
      ),
    })
    await list()
    expect(members.calls).toBe(4)
  })

  it('depends on all keys when it listed the empty prefix', async () => {
    const all = counted((read) => read.list([]))
    await cache.derive(['all'], all)
    await put(store, ['any', 'thing'], 1)
    expect(await cache.derive(['all'], all)).toEqual([1])
  })

  it('forgets when the first of the entries that it read expires', async () => {
    const { time } = clock
    await store.commit({
      set: [
        { key: ['long'], value: 1, expiresAt: time + 2000 },
        { key: ['listed', 'short'], value: 1, expiresAt: time + 1000 },
        { key: ['ever'], value: 1 },
      ],
    })
    const count = counted(async (read) => {
      const [long, ever] = await read.getMany([['long'], ['ever']])
      return [long, ever, ...(await read.list(['listed']))].filter((x) => x !== undefined).length
    })
    const silentStore: Store = { ...methodsOf(store), watch: () => () => undefined }
    const deaf = new StoreCache({ store: silentStore, clock, max: 100 })
    for (const [at, expected] of [
      [0, 3],
      [999, 3],
      [1000, 2],
      [1999, 2],
      [2000, 1],
    ] as const) {
      clock.time = time + at
      expect(deaf.peek(['n'])).toBe([0, 1000, 2000].includes(at) ? undefined : expected)
      expect(await deaf.derive(['n'], count)).toBe(expected)
    }
    expect(count.calls).toBe(3)
  })

  it('shares one computation between all who ask while it runs', async () => {
    const gate = Promise.withResolvers<string>()
    const compute = counted(() => gate.promise)
    const asked = [1, 2, 3].map(() => cache.derive(['id'], compute))
    gate.resolve('value')
    expect(await Promise.all(asked)).toEqual(['value', 'value', 'value'])
    expect(compute.calls).toBe(1)
  })

  it('returns, but does not keep, what was computed while one of its keys changed', async () => {
    await put(store, ['a'], 'old')
    const gate = Promise.withResolvers<void>()
    const compute = counted(async (read) => {
      const value = await read.get<string>(['a'])
      if (compute.calls === 1) await gate.promise
      return value
    })
    const first = cache.derive(['id'], compute)
    await store.get(['a'])
    await put(store, ['a'], 'new')
    const second = cache.derive(['id'], compute)
    expect(await second).toBe('new')
    gate.resolve()
    expect(await first).toBe('old')
    expect(cache.peek(['id'])).toBe('new')
    expect(await cache.derive(['id'], compute)).toBe('new')
    expect(compute.calls).toBe(2)
  })

  it('notices a change that comes while the store is being read', async () => {
    const reading = Promise.withResolvers<void>()
    const slow: Store = {
      ...methodsOf(store),
      get: async (key) => {
        const entry = await store.get<never>(key)
        await reading.promise
        return entry
      },
    }
    const slowly = new StoreCache({ store: slow, clock, max: 100 })
    const first = slowly.get(['a'])
    await put(store, ['a'], 'new')
    reading.resolve()
    expect(await first).toBeUndefined()
    expect(await slowly.get(['a'])).toBe('new')
  })

  it('notices a change of what it listed while it computes', async () => {
    const gate = Promise.withResolvers<void>()
    const compute = counted(async (read) => {
      const names = await read.list<string>(['p'])
      await gate.promise
      return names
    })
    const first = cache.derive(['id'], compute)
    await store.list(['p'])
    await put(store, ['p', 'a'], 'a')
    gate.resolve()
    expect(await first).toEqual([])
    expect(await cache.derive(['id'], compute)).toEqual(['a'])
  })

  it('does not mind a change of a key that it reads only afterwards', async () => {
    const compute = counted(async (read) => {
      await put(store, ['a'], 'new')
      return read.get(['a'])
    })
    expect(await cache.derive(['id'], compute)).toBe('new')
    expect(cache.peek(['id'])).toBe('new')
  })

  it('gives a rejection to all who wait, and does not keep it', async () => {
    const gate = Promise.withResolvers<string>()
    const compute: Counted<string> = counted(() =>
      compute.calls === 1 ? gate.promise : Promise.resolve('fine'),
    )
    const asked = [1, 2].map(() => cache.derive(['id'], compute))
    gate.reject(new Error('no store'))
    for (const one of asked) await expect(one).rejects.toThrow('no store')
    expect(await cache.derive(['id'], compute)).toBe('fine')
    expect(compute.calls).toBe(2)
  })

  it('makes a rejection of what a computation throws at once', async () => {
    const compute = (): Promise<never> => {
      throw new Error('at once')
    }
    await expect(cache.derive(['id'], compute)).rejects.toThrow('at once')
    expect(await cache.derive(['id'], () => Promise.resolve(1))).toBe(1)
  })

  it('keeps undefined, too', async () => {
    const compute = counted(() => Promise.resolve(undefined))
    await cache.derive(['id'], compute)
    await cache.derive(['id'], compute)
    expect(compute.calls).toBe(1)
  })

  it('pushes out what was used longest ago', async () => {
    const small = new StoreCache({ store, clock, max: 2 })
    const value = (name: string): Promise<string> =>
      small.derive([name], () => Promise.resolve(name))
    await value('a')
    await value('b')
    expect(small.peek(['a'])).toBe('a')
    await value('c')
    expect(['a', 'b', 'c'].map((name) => small.peek([name]))).toEqual(['a', undefined, 'c'])
  })
})
