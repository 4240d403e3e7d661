import assert from 'node:assert/strict'
import fc from 'fast-check'
import { tokenInCookie } from '../../../src/auth/client-cookie.ts'
import { cookieValues, parseCookies } from '../../../src/auth/cookies.ts'
import { forwardedCookies, maySetCookie } from '../../../src/proxy/cookie-filter.ts'
import { property } from './property.ts'
import { inAnyCase, SECRET, textOf } from './texts.ts'

const PREFIX = '/user/ada/'
const CLIENT = { clientId: 'jupyterhub-user-ada', accepted: 'accepted' }
const OWN = /^(?:__(?:host|secure)-)?(?:hubgate-|jupyterhub-)/i

const OWN_NAMES = [
  ...['hubgate-login', 'hubgate-server-0123456789abcdef', 'hubgate-', '__Host-hubgate-login'],
  ...['jupyterhub-hub-login', 'jupyterhub-user-ada', '__Secure-jupyterhub-user-ada'],
]
const SPACE = fc.constantFrom('', '', '', ' ', '\t', '  \t ', ' '.repeat(50))
const WORDS = [
  'a',
  'b=c',
  '_xsrf=2|x',
  'username-ada=',
  '"',
  '""',
  'hubgate',
  'jupyterhub',
  '=',
  '==',
]

const ownCookie = fc
  .tuple(SPACE, inAnyCase(OWN_NAMES), SPACE, SPACE)
  .map(([before, name, middle, after]) => `${before}${name}${middle}=${after}${SECRET}`)

/** `Cookie` headers, in which the secret is the value of the gateway's cookies only. */
export const cookieHeader: fc.Arbitrary<string> = fc
  .array(fc.oneof(ownCookie, textOf(WORDS, 5)), { maxLength: 6 })
  .map((parts) => parts.join(';'))

function holdsForCookies(header: string): void {
  for (const [name, value] of parseCookies(header)) {
    assert.equal(name, name.replace(/^[ \t]*|(?<![ \t])[ \t]*$/g, ''))
    assert(!`${name}${value}`.includes(';') && !name.includes('='))
    if (value !== '') assert(cookieValues(header, name).length > 0)
  }
  for (const client of [null, CLIENT]) {
    const left = forwardedCookies(header, client)
    if (left === null) continue
    assert(!left.includes(SECRET), left)
    assert.equal(forwardedCookies(left, client), left)
    const parts = new Set(header.split(';').map((part) => part.trim()))
    assert(left.split(';').every((part) => parts.has(part.trim())))
    const names = parseCookies(left).map(([name]) => name)
    if (client === null) assert(!names.some((name) => OWN.test(name)), left)
  }
}

const attribute = fc.oneof(
  fc
    .tuple(
      SPACE,
      inAnyCase(['path', 'domain']),
      SPACE,
      SPACE,
      textOf(['/user/ada/', '/', '..', '%2e']),
    )
    .map(([before, name, middle, after, value]) => `${before}${name}${middle}=${after}${value}`),
  textOf(['Path', 'Domain', 'HttpOnly', 'Secure', 'Max-Age=1', '=', '/user/ada/x'], 4),
)

/** `Set-Cookie` lines. */
export const setCookieLine: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(ownCookie, textOf(WORDS, 5)), fc.array(attribute, { maxLength: 5 }))
  .map((parts) => parts.flat().join(';'))

/** A name as the most lenient client reads it. */
const readName = (text: string): string => text.replace(/[^!-~]+/g, '').toLowerCase()

/** A line as a client reads it (RFC 6265bis §5.6): the last `Path` is the one that counts. */
export function assertHarmless(line: string): void {
  const [pair = '', ...rest] = line.split(';')
  const name = readName(pair.slice(0, Math.max(0, pair.indexOf('='))))
  assert(name !== '' && !OWN.test(name) && !/^__(?:host|secure)-/.test(name), line)
  let path = ''
  for (const one of rest) {
    const [key = '', ...value] = one.split('=')
    assert.notEqual(readName(key), 'domain')
    if (readName(key) === 'path') path = value.join('=').trim()
  }
  assert(path === '' || path === '/user/ada' || decodeURIComponent(path).startsWith(PREFIX), line)
}

const signed = `2|1:0|10:1700000000|19:jupyterhub-user-ada|4:YWJj|${'a'.repeat(64)}`

export const COOKIE_PROPERTIES = [
  property('cookie', {
    inputs: cookieHeader,
    holds: holdsForCookies,
    endures: (text) =>
      [text, `a=${text}`, `a${text}=1`, `hubgate-${text}`].map((header) => [
        cookieValues(header, 'a'),
        forwardedCookies(header, null),
        forwardedCookies(header, CLIENT),
      ]),
  }),
  property('set-cookie', {
    inputs: setCookieLine,
    holds(line) {
      if (maySetCookie(line, PREFIX, null)) assertHarmless(line)
    },
    endures: (text) =>
      [text, `a=${text}`, `a=b; Path=${text}`, `a=b; Path${text}=/`, `${text}=b`].map((line) =>
        maySetCookie(line, PREFIX, null),
      ),
  }),
  property('signed cookie', {
    inputs: fc.oneof(
      textOf([signed, '2|', '1:0|', '|', '19:jupyterhub-user-ada', '4:YWJj', '"', 'a'.repeat(64)]),
      fc.tuple(fc.nat(signed.length), textOf(['|', '"', '1'], 1)).map(([at, more]) => {
        return signed.slice(0, at) + more + signed.slice(at)
      }),
    ),
    holds(value) {
      const token = tokenInCookie('jupyterhub-user-ada', value)
      if (token !== undefined) assert(value.includes('|19:jupyterhub-user-ada|'), value)
    },
    endures: (text) => [tokenInCookie('a', text), tokenInCookie('a', `"2|1:0|1:1|${text}`)],
  }),
]
