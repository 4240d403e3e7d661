import { describe, expect, it } from 'vitest'
import {
  clearCookie,
  cookieValues,
  LOGIN_COOKIE,
  parseCookies,
  serverCookieName,
  setCookie,
} from '../../src/auth/cookies.ts'

const HTTP = { public_url: undefined }
const HTTPS = { public_url: 'https://hub.example' }

describe('parseCookies', () => {
  it.each<[string, [string, string][]]>([
    ['', []],
    ['a=1', [['a', '1']]],
    [
      'a=1; b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1;b=2;',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [' \ta = 1 \t', [['a', '1']]],
    ['a=b=c', [['a', 'b=c']]],
    ['flag; a=1', [['a', '1']]],
    [
      'a=1; a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['__proto__=1', [['__proto__', '1']]],
    ['a=%20', [['a', '%20']]],
    ['\u00a0a=1', [['\u00a0a', '1']]],
  ])('%j', (header, expected) => {
    expect(parseCookies(header)).toEqual(expected)
  })

  it('takes no longer for long runs of spaces', () => {
    const spaces = ' \t'.repeat(30_000)
    for (let i = 0; i < 20; i++) {
      expect(parseCookies(` a${spaces}b = c${spaces}d `)).toEqual([[`a${spaces}b`, `c${spaces}d`]])
    }
  })

  it('is empty without a header', () => {
    expect(parseCookies(undefined)).toEqual([])
  })
})

describe('cookieValues', () => {
  it('gives all of exactly that name', () => {
    const header = `${LOGIN_COOKIE}=1; x${LOGIN_COOKIE}=2; ${LOGIN_COOKIE.toUpperCase()}=3; ${LOGIN_COOKIE}=4; ${LOGIN_COOKIE}=`
    expect(cookieValues(header, LOGIN_COOKIE)).toEqual(['1', '4'])
  })

  it('does not trim more than spaces and tabs', () => {
    expect(cookieValues(`\u00a0${LOGIN_COOKIE}=1`, LOGIN_COOKIE)).toEqual([])
  })

  it('looks at a few only', () => {
    const header = Array.from({ length: 100 }, (_, i) => `${LOGIN_COOKIE}=${i}`).join('; ')
    expect(cookieValues(header, LOGIN_COOKIE)).toHaveLength(8)
  })
})

describe('setCookie', () => {
  it('is HttpOnly and SameSite=Lax', () => {
    expect(setCookie(HTTP, LOGIN_COOKIE, 'x', { path: '/hub/', maxAge: 60.9 })).toBe(
      'hubgate-login=x; Path=/hub/; Max-Age=60; HttpOnly; SameSite=Lax',
    )
  })

  it('is Secure below an https URL, and lives with the browser without an age', () => {
    expect(setCookie(HTTPS, LOGIN_COOKIE, 'x', { path: '/hub/' })).toBe(
      'hubgate-login=x; Path=/hub/; HttpOnly; SameSite=Lax; Secure',
    )
  })

  it('is forgotten with an age of 0', () => {
    expect(clearCookie(HTTP, LOGIN_COOKIE, '/hub/')).toContain(
      'hubgate-login=; Path=/hub/; Max-Age=0;',
    )
  })

  it.each([
    ['a;b', 'x', '/'],
    ['a', 'x; Domain=evil.example', '/'],
    ['a', 'x\r\n', '/'],
    ['a', 'x', '/user/a;b/'],
    ['a', 'x', 'user'],
  ])('throws for name %j, value %j, path %j', (name, value, path) => {
    expect(() => setCookie(HTTP, name, value, { path })).toThrow(TypeError)
  })
})

describe('serverCookieName', () => {
  it('differs for each server, and has nothing of its name in it', () => {
    const servers: [string, string][] = [
      ['ada', ''],
      ['ada', 'gpu'],
      ['adagpu', ''],
      ['eve; x', ''],
    ]
    const names = servers.map(([user, server]) => serverCookieName(user, server))
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^hubgate-server-[0-9a-f]{16}$/)
  })
})
