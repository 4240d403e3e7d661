import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byCodePoint } from '../../src/hub/order.ts'
import { encodeKey } from '../../src/store/keys.ts'

test('orders names as the store orders keys', () => {
  const names = fc.string({ unit: 'binary', maxLength: 6 })
  fc.assert(
    fc.property(names, names, (a, b) => {
      const expected = Buffer.compare(encodeKey([a]), encodeKey([b]))
      expect(Math.sign(byCodePoint(a, b))).toBe(expected)
    }),
  )
})

test('a character outside the basic plane comes behind those within', () => {
  expect(['𝒜', '\uff21', 'z', 'a', 'ab'].sort(byCodePoint)).toEqual(['a', 'ab', 'z', '\uff21', '𝒜'])
})
