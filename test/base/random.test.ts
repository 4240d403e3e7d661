import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { randomId, randomSecret, randomToken, timeOrderedInteger } from '../../src/base/random.ts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('randomToken', () => {
  it('is its prefix, 38 random characters and a checksum that a scanner can verify', () => {
    const token = randomToken('hgh_')
    expect(token).toMatch(/^hgh_[0-9A-Za-z]{44}$/)
    const body = token.slice(0, -6)
    const sum = [...token.slice(-6)].reduce((value, char) => value * 62 + BASE62.indexOf(char), 0)
    expect(sum).toBe(crc32(body))
  })

  it('is never the same', () => {
    expect(new Set(Array.from({ length: 1000 }, () => randomToken('hgn_'))).size).toBe(1000)
  })
})

describe('timeOrderedInteger', () => {
  it('grows with time and stays a safe integer', () => {
    const now = Date.UTC(2026, 0, 1)
    expect(timeOrderedInteger(now + 1)).toBeGreaterThan(timeOrderedInteger(now))
    expect(Number.isSafeInteger(timeOrderedInteger(Date.UTC(2038, 0, 1)))).toBe(true)
  })
})

it('makes secrets of 256 bits and ids of 96', () => {
  expect(Buffer.from(randomSecret(), 'base64url')).toHaveLength(32)
  expect(Buffer.from(randomId(), 'base64url')).toHaveLength(12)
})
