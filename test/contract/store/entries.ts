import { expect, it } from 'vitest'
import type { Open } from './setup.ts'
import { put } from './setup.ts'

export function describeEntries(open: Open): void {
  it('answers undefined for a key that does not exist', async () => {
    await using test = await open()
    expect(await test.store.get(['user', 'ada'])).toBeUndefined()
    expect(await test.store.list([])).toEqual([])
    expect(await test.store.count([])).toBe(0)
  })

  it('answers what was set, with its key and no expiry', async () => {
    await using test = await open()
    await put(test.store, ['user', 'ada'], { admin: true })
    const entry = await test.store.get(['user', 'ada'])
    expect(entry).toEqual({
      key: ['user', 'ada'],
      value: { admin: true },
      version: expect.any(String),
      expiresAt: null,
    })
  })

  it.each([
    ['null', null],
    ['false', false],
    ['zero', 0],
    ['an empty string', ''],
    ['a large number', Number.MAX_SAFE_INTEGER],
    ['a fraction', 0.1],
    ['an empty array', []],
    ['an empty object', {}],
    ['an empty array in an object', { scopes: [], groups: {} }],
    ['odd characters', 'a\u0000\n\u2028"\\\u{1f600}'],
    ['half a surrogate pair', '\ud800'],
    ['a deep document', { a: [{ b: [[{ c: null }]] }] }],
    ['a __proto__ member', JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as unknown],
    ['a large document', { text: 'x'.repeat(300_000) }],
  ])('keeps JSON as it was: %s', async (_what, value) => {
    await using test = await open()
    await put(test.store, ['k'], value)
    const [kept] = await test.store.getMany(['k'].map((part) => [part]))
    expect(JSON.stringify(kept?.value)).toBe(JSON.stringify(value))
    expect((await test.store.list([]))[0]?.value).toEqual(value)
  })

  it('gives each caller a copy', async () => {
    await using test = await open()
    const given = { groups: ['a'] }
    await put(test.store, ['k'], given)
    given.groups.push('b')
    const first = await test.store.get<{ groups: string[] }>(['k'])
    first?.value.groups.push('c')
    expect((await test.store.get(['k']))?.value).toEqual({ groups: ['a'] })
  })

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
  ])('refuses a value that JSON has no word for: %s', async (_what, value) => {
    await using test = await open()
    await expect(put(test.store, ['k'], value)).rejects.toThrow(TypeError)
    expect(await test.store.get(['k'])).toBeUndefined()
  })

  it('answers many keys in their order, the missing and the repeated ones too', async () => {
    await using test = await open()
    await put(test.store, ['a'], 1)
    await put(test.store, ['b'], 2)
    const entries = await test.store.getMany([['b'], ['none'], ['a'], ['b']])
    expect(entries.map((entry) => entry?.value)).toEqual([2, undefined, 1, 2])
    expect(await test.store.getMany([])).toEqual([])
  })

  it('keeps keys apart that differ only in where a part ends', async () => {
    await using test = await open()
    const keys = [['ab'], ['a', 'b'], ['a', '', 'b'], ['a\u0000b'], ['a', 'b', ''], ['', 'ab']]
    await test.store.commit({ set: keys.map((key, value) => ({ key, value })) })
    const entries = await test.store.getMany(keys)
    expect(entries.map((entry) => entry?.key)).toEqual(keys)
    expect(entries.map((entry) => entry?.value)).toEqual(keys.map((_, i) => i))
  })
}
