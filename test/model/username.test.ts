import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isValidUsername, normalizeUsername } from '../../src/model/username.ts'

describe('the one spelling of a username', () => {
  test.each([
    ['is in lower case', 'Ada', 'ada'],
    ['is composed', 'andre\u0301', 'andr\u00e9'],
    ['is composed after lower-casing', 'ANDRE\u0301', 'andr\u00e9'],
    ['of the Kelvin sign is a k', '\u212aarl', 'karl'],
    ['keeps spaces as they are', ' Ada ', ' ada '],
  ])('%s', (_rule, raw, expected) => {
    expect(normalizeUsername(raw)).toBe(expected)
  })

  test('is the same when normalised again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const once = normalizeUsername(raw)
        expect(normalizeUsername(once)).toBe(once)
      }),
    )
  })

  test('is the same for the composed and the decomposed form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (raw) => {
        expect(normalizeUsername(raw.normalize('NFD'))).toBe(normalizeUsername(raw))
      }),
    )
  })
})

test.each([
  'a',
  'ada.lovelace',
  'ada+lab@example.org',
  'a_b-c~d',
  '42',
  '...',
  'ada lovelace',
  'andr\u00e9',
  '\u0928\u092e\u0938\u094d\u0924\u0947',
  '\u540d\u524d',
  'x'.repeat(255),
])('%s is a username', (name) => {
  expect(isValidUsername(name)).toBe(true)
})

test.each([
  ['is empty', ''],
  ['is the current folder', '.'],
  ['is the parent folder', '..'],
  ['has a slash', 'a/b'],
  ['has a backslash', 'a\\b'],
  ['has an escape', 'a%2fb'],
  ['has a filter mark', 'a!b'],
  ['has an equals sign', 'a=b'],
  ['has a brace', '{username}'],
  ['has a quote', "a'b"],
  ['has markup', '<b>'],
  ['has a colon', 'a:b'],
  ['has a control character', 'a\u0000b'],
  ['has a line end', 'a\n'],
  ['has a tab', 'a\tb'],
  ['has a no-break space', 'a\u00a0b'],
  ['has a zero-width joiner', 'a\u200db'],
  ['has a right-to-left override', 'a\u202eb'],
  ['has a variation selector', 'a\ufe0f'],
  ['is an invisible filler', '\u3164'],
  ['has an emoji', 'a\u{1f431}'],
  ['has half a surrogate pair', 'a\ud83d'],
  ['begins with a space', ' a'],
  ['ends with a space', 'a '],
  ['has two spaces in a row', 'a  b'],
  ['begins with a mark', '\u0301a'],
  ['has a mark on a space', 'a \u0301b'],
  ['is in upper case', 'Ada'],
  ['is not composed', 'andre\u0301'],
  ['is longer than 255 bytes', 'x'.repeat(256)],
  ['is longer than 255 bytes in fewer characters', '\u00e9'.repeat(128)],
])('what %s is not a username', (_case, name) => {
  expect(isValidUsername(name)).toBe(false)
})
