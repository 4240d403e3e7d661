import { describe, expect, it } from 'vitest'
import { quoted } from '../../src/base/quoted.ts'

describe('quoted', () => {
  it.each([
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", `"it's"`],
    ['say "x"', `'say "x"'`],
    [`'"`, `'\\'"'`],
    ['tab\there', "'tab\\there'"],
    ['line\nfeed\u0000', "'line\\nfeed\\u0000'"],
    ['back\\slash', "'back\\\\slash'"],
    ['\ud800', "'\\ud800'"],
    ['zoë', "'zoë'"],
  ])('%j', (text, expected) => {
    expect(quoted(text)).toBe(expected)
  })

  it('cuts off what is long', () => {
    expect(quoted('x'.repeat(5000))).toBe(`'${'x'.repeat(1024)} …`)
  })
})
