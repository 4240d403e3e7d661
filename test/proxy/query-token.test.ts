import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokensIn, withoutTokens } from '../../src/proxy/query-token.ts'

describe('token parameters', () => {
  it.each([
    ['', '', []],
    ['?', '?', []],
    ['?a=1', '?a=1', []],
    ['?token=x', '', ['x']],
    ['?token', '', ['']],
    ['?token=', '', ['']],
    ['?a=1&token=x', '?a=1', ['x']],
    ['?token=x&a=1', '?a=1', ['x']],
    ['?a=1&token=x&b=%2F&&c', '?a=1&b=%2F&&c', ['x']],
    ['?token=x&token=y', '', ['x', 'y']],
    ['?a;token=x;b', '?a;b', ['x']],
    ['?%74oken=x&a', '?a', ['x']],
    ['?to%6Ben=a%20b+c=d', '', ['a b c=d']],
    ['?token=%zz', '', ['%zz']],
    ['?Token=x', '?Token=x', []],
    ['?mytoken=x&token2=y&a=token', '?mytoken=x&token2=y&a=token', []],
    ['?%2574oken=x', '?%2574oken=x', []],
  ])('%s leaves %s', (query, left, tokens) => {
    expect(withoutTokens(query)).toBe(left)
    expect(tokensIn(query)).toEqual(tokens)
  })

  it('leaves nothing that is read as a token again', () => {
    const piece = fc.constantFrom(
      'token',
      '%74oken',
      'tok',
      'en',
      '=',
      '&',
      ';',
      'x',
      '%',
      '+',
      '?',
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const left = withoutTokens(`?${pieces.join('')}`)
        expect(tokensIn(left)).toEqual([])
        expect(new URLSearchParams(left).has('token')).toBe(false)
      }),
    )
  })
})
