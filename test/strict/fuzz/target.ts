import assert from 'node:assert/strict'
import { posix } from 'node:path'
import fc from 'fast-check'
import type { Place } from '../../../src/edge/classify.ts'
import { classify } from '../../../src/edge/classify.ts'
import { tokensIn, withoutTokens } from '../../../src/proxy/query-token.ts'
import { property } from './property.ts'
import { textOf } from './texts.ts'

export const PATH_WORDS = [
  ...[
    '/',
    '/',
    '/',
    '/user/',
    '/user/ada/',
    '/hub/',
    '/hub/api/',
    '/services/',
    '/jh/',
    'ada',
    'x',
  ],
  ...[
    '..',
    '.',
    '/../',
    '%2e',
    '%2E%2e',
    '%2f',
    '%5c',
    '%252e',
    '%25',
    '%00',
    '%c0%ae',
    '?',
    '%C3%B6',
  ],
]
export const QUERY_WORDS = [
  ...[
    '?',
    '&',
    '&',
    ';',
    '=',
    'token',
    'token=',
    'token=x',
    't%6Fken=',
    '%74oken',
    '+token',
    'tokens',
  ],
  ...['a=b', '%', '%2', '%zz', '%ff', '%26', '%3D', '#'],
]

/** What a lenient reader sees in a path: decoded so many times, then normalised. Null when it cannot. */
function seen(path: string, rounds: number): string | null {
  let text = path
  try {
    for (let round = 0; round < rounds; round++) text = decodeURIComponent(text)
  } catch {
    return null
  }
  return posix.normalize(text.replaceAll('\\', '/'))
}

function holdsForOwned(place: Extract<Place, { prefix: string }>, base: string): void {
  const [root, name] = place.kind === 'user' ? ['user', place.user] : ['services', place.name]
  assert(!/[/\\\0\r\n]/.test(name) && name !== '.' && name !== '..' && name !== '')
  assert(place.path.startsWith(place.prefix) && place.prefix.startsWith(`${base}${root}/`))
  for (const rounds of [0, 1, 2, 3]) {
    const reading = seen(place.path, rounds)
    if (reading === null) continue
    const below = reading.startsWith(`${base}${root}/`) ? reading.slice(base.length) : ''
    const [, first = ''] = below.split('/')
    assert(first === name || decodeURIComponent(first) === name, `${rounds}: ${reading}`)
  }
}

function holdsForTarget({ target, base }: { target: string; base: string }): void {
  const place = classify(target, base)
  assert.deepEqual(classify(target, base), place)
  if (place.kind === 'add-slash') {
    assert.match(place.location, /^\/(?!\/)[\x21-\x7e]*$/)
    const next = classify(place.location, base)
    assert(next.kind !== 'add-slash' && next.kind !== 'invalid' && next.kind !== 'outside')
  }
  if ('path' in place) {
    assert.equal(place.path + place.query, target)
    assert(place.query === '' || place.query.startsWith('?'))
  }
  if (place.kind === 'user' || place.kind === 'service') holdsForOwned(place, base)
}

function holdsForQuery(query: string): void {
  const left = withoutTokens(query)
  assert.equal(withoutTokens(left), left)
  assert.deepEqual(tokensIn(left), [])
  assert(left.length <= query.length)
  assert.equal(new URLSearchParams(left).has('token'), false)
  if (tokensIn(query).length === 0) assert.equal(left, query)
  const found = new URLSearchParams(query.replaceAll(';', '&')).getAll('token')
  assert.equal(tokensIn(query).length >= found.length, true)
}

export const TARGET_PROPERTIES = [
  property('target', {
    inputs: fc.record({
      target: fc
        .tuple(fc.constantFrom('/', '/', '/user/', '/jh/user/', ''), textOf(PATH_WORDS))
        .map(([start, rest]) => start + rest),
      base: fc.constantFrom('/', '/jh/'),
    }),
    holds: holdsForTarget,
    endures: (text) =>
      ['/', '/user/', '/user/ada/', '/hub/', '/services/x/', '/hub/api/', '/x?'].map((start) =>
        classify(start + text, '/'),
      ),
  }),
  property('query', {
    inputs: fc
      .tuple(fc.constantFrom('?', '?', '?', ''), textOf(QUERY_WORDS))
      .map(([start, rest]) => (rest === '' ? '' : `?${start === '?' ? '' : 'a&'}${rest}`)),
    holds: holdsForQuery,
    endures: (text) => ['?', '?token', '?token=', '?%'].map((start) => withoutTokens(start + text)),
  }),
]
