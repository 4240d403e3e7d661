import { expect, it } from 'vitest'
import type { Key } from '../../../src/store/port.ts'
import type { Open } from './setup.ts'
import { ODD_NAMES, values } from './setup.ts'

export function describeOrder(open: Open): void {
  it('is by code point, whatever the characters', async () => {
    await using test = await open()
    const shuffled = [...ODD_NAMES.slice(9).toReversed(), ...ODD_NAMES.slice(0, 9)]
    await test.store.commit({ set: shuffled.map((part) => ({ key: ['n', part], value: part })) })
    expect(await values(test.store, ['n'])).toEqual(ODD_NAMES)
    expect(await values(test.store, ['n'], { reverse: true })).toEqual(ODD_NAMES.toReversed())
  })

  it('is part by part: children come before longer names', async () => {
    await using test = await open()
    const keys = [['a'], ['a', ''], ['a', 'z'], ['a', 'z', 'a'], ['a\u0000'], ['a!', 'a'], ['aa']]
    await test.store.commit({ set: keys.toReversed().map((key) => ({ key, value: 0 })) })
    expect((await test.store.list([])).map((entry) => entry.key)).toEqual(keys)
  })

  it('lists what lies under a prefix: not the prefix itself, nor names that begin alike', async () => {
    await using test = await open()
    const keys = [
      ['s', 'ada'],
      ['s', 'ada', ''],
      ['s', 'ada', 'x'],
      ['s', 'adam', 'x'],
      ['s', 'ad', 'ax'],
    ]
    await test.store.commit({ set: keys.map((key) => ({ key, value: key.join('/') })) })
    expect(await values(test.store, ['s', 'ada'])).toEqual(['s/ada/', 's/ada/x'])
    expect(await test.store.count(['s', 'ada'])).toBe(2)
    expect(await values(test.store, ['s', 'a'])).toEqual([])
    expect(await test.store.count(['s'])).toBe(5)
  })

  it.each(ODD_NAMES)('lists exactly the children of an odd name: %j', async (odd) => {
    await using test = await open()
    await test.store.commit({
      set: ODD_NAMES.map((part) => ({ key: [part, 'child'], value: part })),
    })
    expect(await values(test.store, [odd])).toEqual([odd])
    expect(await test.store.count([odd])).toBe(1)
  })

  const letters = ['a', 'b', 'c', 'd', 'e']
  it.each([
    [{}, 'abcde'],
    [{ limit: 2 }, 'ab'],
    [{ limit: 0 }, ''],
    [{ limit: 99 }, 'abcde'],
    [{ offset: 3 }, 'de'],
    [{ offset: 9 }, ''],
    [{ offset: 1, limit: 2 }, 'bc'],
    [{ reverse: true }, 'edcba'],
    [{ reverse: true, offset: 1, limit: 2 }, 'dc'],
    [{ after: ['l', 'b'] }, 'cde'],
    [{ after: ['l', 'bb'] }, 'cde'],
    [{ after: ['l', 'b', 'x'] }, 'cde'],
    [{ after: ['l', 'b'], limit: 1 }, 'c'],
    [{ after: ['l', 'b'], offset: 1, limit: 1 }, 'd'],
    [{ after: ['l', 'e'] }, ''],
    [{ after: ['l', 'c'], reverse: true }, 'ba'],
    [{ after: ['l', 'c'], reverse: true, offset: 1 }, 'a'],
    [{ after: ['l', 'a'], reverse: true }, ''],
    [{ after: ['a'] }, 'abcde'],
    [{ after: ['l'] }, 'abcde'],
    [{ after: ['z'] }, ''],
    [{ after: ['a'], reverse: true }, ''],
    [{ after: ['l'], reverse: true }, ''],
    [{ after: ['z'], reverse: true }, 'edcba'],
    [{ offset: undefined, limit: undefined, reverse: undefined, after: undefined }, 'abcde'],
  ])('lists with %j', async (options, expected) => {
    await using test = await open()
    await test.store.commit({
      set: [
        ...letters.map((letter) => ({ key: ['l', letter], value: letter })),
        { key: ['k', 'b'], value: 'outside, before' },
        { key: ['l'], value: 'the prefix' },
        { key: ['m', 'b'], value: 'outside, behind' },
      ],
    })
    expect((await values(test.store, ['l'], options)).join('')).toBe(expected)
    expect(await test.store.count(['l'])).toBe(5)
  })

  it.each([{ limit: -1 }, { limit: 1.5 }, { offset: -1 }, { offset: Number.NaN }])(
    'refuses to list with %j',
    async (options) => {
      await using test = await open()
      await expect(test.store.list([], options)).rejects.toThrow(TypeError)
    },
  )

  it('pages through everything once, both ways', async () => {
    await using test = await open()
    const names = Array.from({ length: 250 }, (_, i) => `user-${String(i).padStart(3, '0')}`)
    await test.store.commit({ set: names.map((part) => ({ key: ['u', part], value: part })) })
    for (const reverse of [false, true]) {
      const seen: unknown[] = []
      let after: Key | undefined
      for (let pages = 0; pages < 6; pages++) {
        const page = await test.store.list(['u'], { after, limit: 60, reverse })
        seen.push(...page.map((entry) => entry.value))
        after = page.at(-1)?.key ?? after
      }
      expect(seen).toEqual(reverse ? names.toReversed() : names)
    }
  })
}
