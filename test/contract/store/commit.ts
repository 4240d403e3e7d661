import { expect, it } from 'vitest'
import type { Store } from '../../../src/store/port.ts'
import type { Open } from './setup.ts'
import { entryAt, put, values, write } from './setup.ts'

export function describeCommit(open: Open): void {
  it('replaces and deletes', async () => {
    await using test = await open()
    await put(test.store, ['a'], 1)
    await put(test.store, ['a'], 2)
    expect((await test.store.get(['a']))?.value).toBe(2)
    expect(await test.store.commit({ delete: [['a'], ['never was'], ['a']] })).toEqual({
      applied: true,
    })
    expect(await test.store.get(['a'])).toBeUndefined()
    expect(await test.store.count([])).toBe(0)
  })

  it('applies an empty commit', async () => {
    await using test = await open()
    expect(await test.store.commit({})).toEqual({ applied: true })
  })

  it('checks that a key does not exist', async () => {
    await using test = await open()
    const create = { check: [{ key: ['a'], version: null }], set: [{ key: ['a'], value: 'mine' }] }
    expect(await test.store.commit(create)).toEqual({ applied: true })
    expect(await test.store.commit(create)).toEqual({ applied: false })
    await test.store.commit({ delete: [['a']] })
    expect(await test.store.commit(create)).toEqual({ applied: true })
  })

  it('checks that a key still has a version', async () => {
    await using test = await open()
    await put(test.store, ['a'], 1)
    const { version } = await entryAt(test.store, ['a'])
    const change = { check: [{ key: ['a'], version }], set: [{ key: ['a'], value: 2 }] }
    expect(await test.store.commit(change)).toEqual({ applied: true })
    expect(await test.store.commit(change)).toEqual({ applied: false })
    await test.store.commit({ delete: [['a']] })
    expect(await test.store.commit(change)).toEqual({ applied: false })
  })

  it('checks keys that it does not write, and nothing else', async () => {
    await using test = await open()
    await put(test.store, ['guard'], 1)
    const check = [{ key: ['guard'], version: (await entryAt(test.store, ['guard'])).version }]
    await put(test.store, ['a'], 1)
    expect(await test.store.commit({ check })).toEqual({ applied: true })
    expect(await test.store.commit({ check, set: [{ key: ['a'], value: 2 }] })).toEqual({
      applied: true,
    })
    await put(test.store, ['guard'], 1)
    expect(await test.store.commit({ check })).toEqual({ applied: false })
  })

  it('changes nothing when one of several checks fails', async () => {
    await using test = await open()
    await put(test.store, ['a'], 1)
    await put(test.store, ['b'], 1)
    const { version } = await entryAt(test.store, ['a'])
    const result = await test.store.commit({
      check: [
        { key: ['a'], version },
        { key: ['b'], version: null },
      ],
      set: [
        { key: ['a'], value: 2 },
        { key: ['c'], value: 2 },
      ],
      delete: [['b']],
    })
    expect(result).toEqual({ applied: false })
    expect((await entryAt(test.store, ['a'])).version).toBe(version)
    expect((await test.store.get(['b']))?.value).toBe(1)
    expect(await test.store.get(['c'])).toBeUndefined()
  })

  it.each([
    ['set twice', { set: [write('a'), write('a')] }],
    ['both set and deleted', { set: [write('a')], delete: [['a']] }],
  ])('throws TypeError when a key is %s, and changes nothing', async (_what, commit) => {
    await using test = await open()
    await expect(
      test.store.commit({ ...commit, set: [write('b'), ...commit.set] }),
    ).rejects.toThrow(TypeError)
    expect(await test.store.count([])).toBe(0)
  })

  it('changes a version with every write, even of the same value', async () => {
    await using test = await open()
    const versions = new Set<string>()
    for (let i = 0; i < 5; i++) {
      await put(test.store, ['a'], 'same')
      versions.add((await entryAt(test.store, ['a'])).version)
    }
    expect(versions.size).toBe(5)
  })

  it('leaves the version alone when other keys are written', async () => {
    await using test = await open()
    await put(test.store, ['a'], 1)
    const { version } = await entryAt(test.store, ['a'])
    await put(test.store, ['b'], 1)
    await test.store.commit({ delete: [['c']] })
    expect((await entryAt(test.store, ['a'])).version).toBe(version)
  })

  it('never uses a version again for a key, however often it is deleted', async () => {
    await using test = await open()
    const versions = new Set<string>()
    for (let i = 0; i < 5; i++) {
      await put(test.store, ['a'], 1)
      versions.add((await entryAt(test.store, ['a'])).version)
      await test.store.commit({ delete: [['a']] })
    }
    await test.store.commit({ set: [{ key: ['a'], value: 1, expiresAt: test.now() + 10 }] })
    versions.add((await entryAt(test.store, ['a'])).version)
    await test.advance(10)
    await put(test.store, ['a'], 1)
    versions.add((await entryAt(test.store, ['a'])).version)
    expect(versions.size).toBe(7)
  })

  it('lets exactly one of several conflicting commits win, whichever connection makes them', async () => {
    await using test = await open()
    const stores = [test.store, await test.second()]
    for (let round = 0; round < 10; round++) {
      const version = (await test.store.get(['seat']))?.version ?? null
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          stores[i % 2]!.commit({
            check: [{ key: ['seat'], version }],
            set: [
              { key: ['seat'], value: i },
              { key: ['taken', String(round), String(i)], value: i },
            ],
          }),
        ),
      )
      const winners = results.flatMap(({ applied }, i) => (applied ? [i] : []))
      expect(winners).toHaveLength(1)
      expect(await values(test.store, ['taken', String(round)])).toEqual(winners)
      expect((await entryAt(stores[1]!, ['seat'])).value).toBe(winners[0])
    }
  })

  it('loses no increment of two connections that retry', async () => {
    await using test = await open()
    const stores = [test.store, await test.second()]
    await Promise.all(stores.flatMap((store) => [increment(store, 20), increment(store, 20)]))
    expect((await entryAt(test.store, ['n'])).value).toBe(80)
  })

  it('is seen whole or not at all by the other connection', async () => {
    await using test = await open()
    const other = await test.second()
    const keys = Array.from({ length: 20 }, (_, i) => ['part', String(i)])
    const writing = (async () => {
      for (let value = 0; value < 30; value++) {
        await test.store.commit({ set: keys.map((key) => ({ key, value })) })
        await Promise.resolve()
      }
    })()
    for (let i = 0; i < 30; i++) {
      const many = await other.getMany(keys)
      expect(new Set(many.map((entry) => entry?.value)).size).toBe(1)
      expect(new Set(await values(other, ['part'])).size).toBeLessThanOrEqual(1)
    }
    await writing
    expect(await values(other, ['part'])).toEqual(keys.map(() => 29))
  })
}

async function increment(store: Store, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const entry = await store.get<number>(['n'])
    const { applied } = await store.commit({
      check: [{ key: ['n'], version: entry?.version ?? null }],
      set: [{ key: ['n'], value: (entry?.value ?? 0) + 1 }],
    })
    if (applied) done++
  }
}
