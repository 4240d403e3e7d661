import { describe, expect, it } from 'vitest'
import { PRESESSION_COOKIE } from '../../src/auth/cookies.ts'
import { isPresessionValid, isXsrfValid, openPresession } from '../../src/auth/xsrf.ts'

const header = (value: string): string => `${PRESESSION_COOKIE}=${value}`

describe('isXsrfValid', () => {
  it.each([
    ['the same', 'abc', true],
    ['another', 'abd', false],
    ['a prefix', 'ab', false],
    ['longer', 'abcd', false],
    ['empty', '', false],
    ['none', undefined, false],
  ])('%s', (_name, given, expected) => {
    expect(isXsrfValid({ xsrf: 'abc' }, given)).toBe(expected)
  })

  it('never accepts an empty value', () => {
    expect(isXsrfValid({ xsrf: '' }, '')).toBe(false)
  })
})

describe('the pre-session token', () => {
  it('fits its own cookie and no other', () => {
    const [one, two] = [openPresession(undefined), openPresession(undefined)]
    expect(one.cookie).not.toBe(two.cookie)
    expect(isPresessionValid(header(one.cookie), one.field)).toBe(true)
    expect(isPresessionValid(header(one.cookie), two.field)).toBe(false)
    expect(isPresessionValid(header(one.cookie), one.cookie)).toBe(false)
    expect(isPresessionValid(header(one.cookie), undefined)).toBe(false)
    expect(isPresessionValid(undefined, one.field)).toBe(false)
  })

  it('stays the same for a browser, so that two open forms both work', () => {
    const first = openPresession(undefined)
    expect(openPresession(header(first.cookie))).toEqual(first)
  })

  it('makes a new one where the cookie is not of ours', () => {
    expect(openPresession(header('short')).cookie).not.toBe('short')
    expect(isPresessionValid(header('short'), openPresession(undefined).field)).toBe(false)
  })

  it('accepts the one that verifies among several', () => {
    const [one, two] = [openPresession(undefined), openPresession(undefined)]
    expect(isPresessionValid(`${header(two.cookie)}; ${header(one.cookie)}`, one.field)).toBe(true)
  })
})
