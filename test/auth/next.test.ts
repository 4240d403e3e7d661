import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safeNext } from '../../src/auth/next.ts'

const HTTP = 'http://hub.example:8000'
const HTTPS = 'https://hub.example'
const FALLBACK = '/hub/home'

/** What leads away, and what is no path: CVE-2026-33709, CVE-2019-10255 and their like (threats P12). */
const HOSTILE = [
  '',
  ' ',
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '//evil.example/%2f..',
  '/\\evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  '/\\\\evil.example',
  'http://evil.example',
  'https://evil.example/hub/',
  'HTTP://EVIL.EXAMPLE',
  'http:///evil.example',
  'http:////evil.example',
  'http:\\\\evil.example',
  'ftp://hub.example:8000/x',
  'ws://hub.example:8000/x',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\tscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:http://hub.example:8000/x',
  'filesystem:http://hub.example:8000/x',
  'mailto:ada@hub.example',
  'about:blank',
  'view-source:http://hub.example:8000/',
  'http://hub.example:8000@evil.example/',
  'http://evil.example@hub.example:8000/',
  'http://evil.example:x@hub.example:8000/',
  'http://:@evil.example/',
  'http://hub.example:8000.evil.example/',
  'http://hub.example:80000/',
  'http://hub.example:8001/',
  'http://hub.example/',
  'https://hub.example:8000/',
  'http://sub.hub.example:8000/',
  'http://hub.example.:8000/',
  'http://hub.example:8000//evil.example',
  'http://hub.example:8000///evil.example',
  'http://hub.example:8000/\\evil.example',
  'http://hub.example:8000/.//evil.example',
  'http://hub.example:8000/a/..//evil.example',
  '//hub.example:8000//evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/a/..//evil.example',
  '/%2e//evil.example',
  '/%2e%2e//evil.example',
  './/..//evil.example',
  './/evil.example/..//',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '/\u0000/evil.example',
  '\t//evil.example',
  '\n//evil.example',
  ' //evil.example',
  '\u00a0//evil.example',
  '\u2028//evil.example',
  '\ufeff//evil.example',
  '/hub/ home',
  '/hub/home\u007f',
  '/hub/home\r\nSet-Cookie: a=b',
  '/hub/home\u0085',
  'http://[::1',
  'http://%zz/',
  '//\u3002evil.example',
  '/'.padEnd(5000, 'a'),
]

describe('safeNext', () => {
  it.each(HOSTILE)('refuses %j', (next) => {
    expect(safeNext(next, HTTP, FALLBACK)).toBe(FALLBACK)
  })

  it('falls back without one', () => {
    expect(safeNext(undefined, HTTP, FALLBACK)).toBe(FALLBACK)
  })

  it.each([
    ['/hub/home', '/hub/home'],
    [
      '/user/ada/lab/tree/a%20b.ipynb?x=1&y=%2F#top',
      '/user/ada/lab/tree/a%20b.ipynb?x=1&y=%2F#top',
    ],
    ['/user/ada@x.org/', '/user/ada@x.org/'],
    ['/a//b', '/a//b'],
    ['/a/../b', '/b'],
    ['/%2F%2Fevil.example', '/%2F%2Fevil.example'],
    ['/%5Cevil.example', '/%5Cevil.example'],
    ['/%09/evil.example', '/%09/evil.example'],
    ['/é', '/%C3%A9'],
    ['http://hub.example:8000/user/ada/', '/user/ada/'],
    ['HTTP://HUB.EXAMPLE:8000/user/ada/', '/user/ada/'],
    ['//hub.example:8000/user/ada/', '/user/ada/'],
    ['?a=1', '/?a=1'],
    ['/?next=//evil.example', '/?next=//evil.example'],
    ['/#//evil.example', '/#//evil.example'],
  ])('keeps %j', (next, expected) => {
    expect(safeNext(next, HTTP, FALLBACK)).toBe(expected)
  })

  it('compares with the public origin, default port or not', () => {
    expect(safeNext('https://hub.example:443/x', HTTPS, FALLBACK)).toBe('/x')
    expect(safeNext('http://hub.example/x', HTTPS, FALLBACK)).toBe(FALLBACK)
  })

  it('answers only what a browser takes to the same origin, and itself once more', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      ':',
      '@',
      '?',
      '#',
      '%2f',
      '%5c',
      'http',
      'evil',
      '\t',
      'hub.example:8000',
      '\u3002',
    )
    const next = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(next, (raw) => {
        const path = safeNext(raw, HTTP, FALLBACK)
        const reached = new URL(path, HTTP)
        expect(path).toMatch(/^\/(?![/\\])/)
        expect(reached.origin).toBe(HTTP)
        expect(safeNext(path, HTTP, FALLBACK)).toBe(path)
      }),
    )
  })
})
