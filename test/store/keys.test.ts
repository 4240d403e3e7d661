import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeKey, encodeKey, keyId, prefixRange } from '../../src/store/keys.ts'

/** Any JavaScript string: every code unit is possible, lone surrogates too, and the awkward ones are likely. */
const part = fc
  .array(
    fc.oneof(
      fc.constantFrom('', '\u0000', '\u0001', '\u00ff', 'a', 'ada', '\ud7ff', '\ue000', '\uffff'),
      fc.constantFrom('\ud800', '\udbff', '\udc00', '\udfff', '\u{10000}', '\u{10ffff}'),
      fc.nat(0xffff).map((code) => String.fromCharCode(code)),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 4 },
  )
  .map((pieces) => pieces.join(''))
const key = fc.array(part, { maxLength: 4 })

/** The order that the port promises, written the slow and plain way. */
function compareKeys(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [a, b].map((parts) =>
    parts.map((text) => [...text].map((character) => character.codePointAt(0) ?? 0)),
  )
  const compare = <T>(x: readonly T[], y: readonly T[], each: (p: T, q: T) => number): number => {
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      const order = each(x[i]!, y[i]!)
      if (order !== 0) return order
    }
    return x.length - y.length
  }
  return Math.sign(compare(left!, right!, (p, q) => compare(p, q, (m, n) => m - n)))
}

describe('encodeKey', () => {
  it('keeps the order of keys, part by part, by code point', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Buffer.compare(encodeKey(a), encodeKey(b))).toBe(compareKeys(a, b))
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps the order of keys that share a beginning', () => {
    fc.assert(
      fc.property(key, part, part, key, key, (beginning, x, y, restOfX, restOfY) => {
        const a = [...beginning, x, ...restOfX]
        const b = [...beginning, y, ...restOfY]
        expect(Buffer.compare(encodeKey(a), encodeKey(b))).toBe(compareKeys(a, b))
      }),
      { numRuns: 2000 },
    )
  })

  it('loses nothing', () => {
    fc.assert(
      fc.property(key, (a) => {
        expect(decodeKey(encodeKey(a))).toEqual(a)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['an astral character after the last of the basic plane', ['\u{10000}'], ['\uffff']],
    ['a longer name after its beginning', ['ada', 'x'], ['ada']],
    ['a sibling after all children', ['adam'], ['ada', '\u{10ffff}']],
    ['a NUL after the end of a part', ['a\u0000'], ['a', '\u{10ffff}']],
    ['an empty part after none', ['a', ''], ['a']],
    ['a part of one NUL after an empty part', ['\u0000'], ['', '\u{10ffff}']],
  ])('puts %s', (_what, later, earlier) => {
    expect(Buffer.compare(encodeKey(later), encodeKey(earlier))).toBe(1)
  })
})

describe('decodeKey', () => {
  it('refuses bytes that end inside a part', () => {
    expect(() => decodeKey(Buffer.from('ada'))).toThrow(RangeError)
    expect(() => decodeKey(Buffer.of(0x61, 0x00, 0xff))).toThrow(RangeError)
  })

  it('reads a view into a larger buffer', () => {
    const bytes = encodeKey(['a', 'b'])
    const larger = new Uint8Array(bytes.length + 8)
    larger.set(bytes, 4)
    expect(decodeKey(larger.subarray(4, 4 + bytes.length))).toEqual(['a', 'b'])
  })
})

describe('prefixRange', () => {
  it('holds exactly the longer keys that begin with the prefix', () => {
    fc.assert(
      fc.property(key, key, fc.boolean(), (prefix, other, extend) => {
        const candidate = extend ? [...prefix, ...other] : other
        const bytes = encodeKey(candidate)
        const { above, below } = prefixRange(prefix)
        const inside = Buffer.compare(bytes, above) > 0 && Buffer.compare(bytes, below) < 0
        const begins = prefix.every((text, i) => candidate[i] === text)
        expect(inside).toBe(begins && candidate.length > prefix.length)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('keyId', () => {
  it('is equal for equal keys only', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(keyId(a) === keyId(b)).toBe(compareKeys(a, b) === 0)
        expect(keyId([...a])).toBe(keyId(a))
      }),
      { numRuns: 2000 },
    )
  })

  it('tells where one part ends and the next begins', () => {
    const ids = [['a', 'b'], ['ab'], ['a,b'], ['a"', '"b'], ['a\u0000b'], [], ['']].map(keyId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
