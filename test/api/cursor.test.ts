import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCursor, encodeCursor } from '../../src/api/cursor.ts'

const any = (): boolean => true
const key = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 8 })

describe('a cursor', () => {
  it('stands for one key, and fits into a URL as it is', () => {
    fc.assert(
      fc.property(key, (parts) => {
        const cursor = encodeCursor(parts)
        expect(cursor).toMatch(/^[\w-]+$/)
        expect(decodeCursor(cursor, any)).toEqual(parts)
      }),
    )
  })

  it('of other lists is refused', () => {
    expect(() => decodeCursor(encodeCursor(['a', 'b']), (parts) => parts.length === 3)).toThrow(
      'no cursor of this list',
    )
  })

  it.each([
    '',
    '%',
    'nonsense',
    'e30',
    'W10',
    'WzFd',
    `${encodeCursor(['a'])}=`,
    `${encodeCursor(['a'])} `,
    Buffer.from('[ "a"]').toString('base64url'),
    Buffer.from('["a",["b"]]').toString('base64url'),
    Buffer.from(JSON.stringify(Array.from({ length: 9 }, () => 'a'))).toString('base64url'),
    encodeCursor(['x'.repeat(9000)]),
  ])('is nothing that anybody makes up: %j', (cursor) => {
    expect(() => decodeCursor(cursor, any)).toThrow(
      expect.objectContaining({ code: 'bad_request', publicMessage: expect.any(String) }),
    )
  })

  it('is refused or read, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(encodeCursor(decodeCursor(text, any))).toBe(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_request' })
        }
      }),
    )
  })
})
