import { expect, it } from 'vitest'
import type { Open } from './setup.ts'
import { entryAt, listen, put, values } from './setup.ts'

export function describeExpiry(open: Open): void {
  it('lets an entry live until its last millisecond, and no longer', async () => {
    await using test = await open()
    const expiresAt = test.now() + 1000
    await test.store.commit({ set: [{ key: ['t', 'a'], value: 1, expiresAt }] })
    await test.advance(999)
    expect(await test.store.get(['t', 'a'])).toMatchObject({ value: 1, expiresAt })
    expect((await test.store.getMany([['t', 'a']]))[0]?.expiresAt).toBe(expiresAt)
    expect((await test.store.list(['t']))[0]?.expiresAt).toBe(expiresAt)
    expect(await test.store.count(['t'])).toBe(1)
    await test.advance(1)
    expect(await test.store.get(['t', 'a'])).toBeUndefined()
    expect(await test.store.getMany([['t', 'a']])).toEqual([undefined])
    expect(await test.store.list(['t'])).toEqual([])
    expect(await test.store.count(['t'])).toBe(0)
  })

  it('leaves expired entries out of pages', async () => {
    await using test = await open()
    const expiresAt = test.now() + 1000
    await test.store.commit({
      set: [...'abcdef'].map((letter, i) => ({
        key: ['t', letter],
        value: letter,
        expiresAt: i % 2 === 0 ? expiresAt : null,
      })),
    })
    await test.advance(1000)
    expect(await values(test.store, ['t'], { offset: 1, limit: 1 })).toEqual(['d'])
    expect(await values(test.store, ['t'], { reverse: true, limit: 2 })).toEqual(['f', 'd'])
    expect(await test.store.count(['t'])).toBe(3)
  })

  it('holds an expired entry for absent in checks', async () => {
    await using test = await open()
    await test.store.commit({ set: [{ key: ['a'], value: 1, expiresAt: test.now() + 10 }] })
    const { version } = await entryAt(test.store, ['a'])
    await test.advance(10)
    const set = [{ key: ['a'], value: 2 }]
    expect(await test.store.commit({ check: [{ key: ['a'], version }], set })).toEqual({
      applied: false,
    })
    expect(await test.store.commit({ check: [{ key: ['a'], version: null }], set })).toEqual({
      applied: true,
    })
    await test.advance(1_000_000)
    expect((await test.store.get(['a']))?.value).toBe(2)
  })

  it('takes the expiry from the last write', async () => {
    await using test = await open()
    const soon = test.now() + 10
    await test.store.commit({ set: [{ key: ['a'], value: 1, expiresAt: soon }] })
    await test.store.commit({ set: [{ key: ['a'], value: 2, expiresAt: soon + 10 }] })
    await test.store.commit({ set: [{ key: ['b'], value: 1, expiresAt: soon }] })
    await test.store.commit({ set: [{ key: ['b'], value: 2 }] })
    await test.store.commit({ set: [{ key: ['c'], value: 1, expiresAt: null }] })
    await test.store.commit({ set: [{ key: ['c'], value: 2, expiresAt: soon }] })
    await test.advance(10)
    expect((await test.store.list([])).map(({ key, expiresAt }) => [key[0], expiresAt])).toEqual([
      ['a', soon + 10],
      ['b', null],
    ])
  })

  it('takes an entry that has expired before it is written', async () => {
    await using test = await open()
    await put(test.store, ['a'], 1)
    await test.store.commit({ set: [{ key: ['a'], value: 2, expiresAt: test.now() - 1 }] })
    expect(await test.store.get(['a'])).toBeUndefined()
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s for a time', async (expiresAt) => {
    await using test = await open()
    await expect(test.store.commit({ set: [{ key: ['a'], value: 1, expiresAt }] })).rejects.toThrow(
      TypeError,
    )
  })

  it('reports what expires, once, to every connection', async () => {
    await using test = await open()
    const other = await test.second()
    const heard = [listen(test.store), listen(other)]
    const expiresAt = test.now() + 1000
    await test.store.commit({ set: [{ key: ['a'], value: 1, expiresAt }] })
    await Promise.all(heard.map((one) => one.until('a')))
    await test.advance(1000)
    await Promise.all(heard.map((one) => one.until('a', 2)))
    await put(test.store, ['end'], 1)
    await Promise.all(heard.map((one) => one.until('end')))
    expect(heard.map((one) => one.names())).toEqual([
      ['a', 'a', 'end'],
      ['a', 'a', 'end'],
    ])
  })
}
