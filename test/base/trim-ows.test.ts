import { expect, it } from 'vitest'
import { trimOws } from '../../src/base/trim-ows.ts'

it.each([
  ['', ''],
  ['a', 'a'],
  [' \t', ''],
  ['\t a \t b \t ', 'a \t b'],
  ['\xa0a\r', '\xa0a\r'],
])('%j without spaces around it is %j', (text, trimmed) => {
  expect(trimOws(text)).toBe(trimmed)
})
