import { expect, test } from 'vitest'
import { isValidDisplayName, isValidServerName } from '../../src/model/server-name.ts'

test.each(['a', 'lab', 'lab-2', 'a-b-c', 'a1', 'a'.repeat(30)])('%s names a server', (name) => {
  expect(isValidServerName(name)).toBe(true)
})

test.each([
  ['the empty name, which is the default server', ''],
  ['a name that begins with a digit', '2a'],
  ['a name that begins with a hyphen', '-a'],
  ['a name that ends with a hyphen', 'a-'],
  ['two hyphens in a row', 'a--b'],
  ['an upper-case letter', 'aB'],
  ['a slash', 'a/b'],
  ['dots', '..'],
  ['a letter of another alphabet', '\u0430'],
  ['a line end', 'a\n'],
  ['31 characters', 'a'.repeat(31)],
])('%s names no server', (_case, name) => {
  expect(isValidServerName(name)).toBe(false)
})

test.each(['My lab', 'a/b <c>', '\u{1f431}', 'e\u0301', 'x'.repeat(255)])(
  '%s may be displayed',
  (name) => {
    expect(isValidDisplayName(name)).toBe(true)
  },
)

test.each([
  ['the empty name', ''],
  ['a space in front', ' a'],
  ['a space at the end', 'a '],
  ['two spaces in a row', 'a  b'],
  ['a tab', 'a\tb'],
  ['a no-break space', 'a\u00a0b'],
  ['a zero-width space', 'a\u200bb'],
  ['a right-to-left override', 'a\u202eb'],
  ['half a surrogate pair', '\ud83d'],
  ['256 characters', 'x'.repeat(256)],
])('%s may not be displayed', (_case, name) => {
  expect(isValidDisplayName(name)).toBe(false)
})
