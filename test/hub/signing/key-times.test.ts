import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextSignsFrom, publishedAt, signerAt } from '../../../src/hub/signing/key-times.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Keys that begin to sign at these days. */
const from = (...days: number[]) => days.map((day) => ({ signsFrom: day * DAY }))
const days = (keys: { signsFrom: number }[]) => keys.map(({ signsFrom }) => signsFrom / DAY)

describe('signerAt', () => {
  it.each([
    [0, 0],
    [29.9, 0],
    [30, 30],
    [31, 30],
  ])('on day %d it is the key of day %d', (now, day) => {
    expect(signerAt(from(0, 30), now * DAY)).toEqual({ signsFrom: day * DAY })
  })

  it('is the first key while a clock is behind, and needs one', () => {
    expect(signerAt(from(1, 30), 0)).toEqual({ signsFrom: DAY })
    expect(() => signerAt([], 0)).toThrow(TypeError)
  })
})

describe('publishedAt', () => {
  it.each([
    [30.9, [0, 30, 60]],
    [31, [30, 60]],
    [500, [60]],
  ])('on day %d there are those of days %j', (now, expected) => {
    expect(days(publishedAt(from(0, 30, 60), now * DAY))).toEqual(expected)
  })
})

describe('nextSignsFrom', () => {
  it.each([
    ['none yet', [], 5, 5],
    ['a young one', [0], 28.9, undefined],
    ['one that will be old tomorrow', [0], 29, 30],
    ['one that was forgotten', [0], 400, 401],
    ['a next one already', [0, 30], 30, undefined],
  ])('%s: day %j on day %d → %s', (_, keys, now, expected) => {
    const next = nextSignsFrom(from(...keys), now * DAY)
    expect(next === undefined ? next : next / DAY).toBe(expected)
  })
})

it('whenever the rounds come, what signs was published for a day and stays for one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 * 24 }), { maxLength: 60 }), (pauses) => {
      let now = 0
      let keys: { signsFrom: number; created: number }[] = []
      const signers: { key: { signsFrom: number }; at: number }[] = []
      for (const pause of [0, ...pauses]) {
        now += pause * HOUR
        keys = publishedAt(keys, now)
        const signsFrom = nextSignsFrom(keys, now)
        if (signsFrom !== undefined) keys.push({ signsFrom, created: now })
        const signer = signerAt(keys, now)
        signers.push({ key: signer, at: now })
        const isFirst = signer.created === 0
        expect(isFirst || now - signer.created >= DAY).toBe(true)
        for (const { key, at } of signers) {
          if (now - at < DAY) expect(publishedAt(keys, now)).toContain(key)
        }
      }
    }),
  )
})
