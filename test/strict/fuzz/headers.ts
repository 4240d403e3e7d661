import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { HubgateError } from '../../../src/base/errors.ts'
import { checkRequest } from '../../../src/edge/check-request.ts'
import type { ForwardedFacts } from '../../../src/proxy/request-headers.ts'
import { requestHeaders } from '../../../src/proxy/request-headers.ts'
import { responseHeaders } from '../../../src/proxy/response-headers.ts'
import { assertHarmless, cookieHeader, setCookieLine } from './cookies.ts'
import { property } from './property.ts'
import type { RawHeaders } from './texts.ts'
import { headersOf, inAnyCase, SECRET, SPOOF, textOf } from './texts.ts'

const FACTS: ForwardedFacts = {
  authorization: 'token ours',
  identity: undefined,
  clientCookies: null,
  clientAddress: '192.0.2.1',
  proto: 'https',
  baseUrl: '/',
}
const SCOPE = { prefix: '/user/ada/', clientId: null }

const HOP_BY_HOP = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i
const OURS = /^(?:host|authorization|x[-_.]forwarded[-_.](?:for|proto|host))$/i

const OPTIONS = [
  'close',
  'keep-alive',
  ',',
  ', ',
  'Host',
  'Authorization',
  'X-Forwarded-For',
  'X-A',
]
export const connection = fc.tuple(
  inAnyCase(['connection']),
  textOf([...OPTIONS, 'Cookie', 'upgrade'], 6),
)
export const ordinary = fc.tuple(
  inAnyCase(['accept', 'x-a', 'content-type', 'x-xsrftoken', 'if-none-match', 'x', 'constructor']),
  textOf(['a', 'text/html', 'q=0.5', '__proto__']),
)
export const hop = fc.tuple(
  inAnyCase(['te', 'upgrade', 'keep-alive', 'transfer-encoding', 'trailer', 'proxy-connection']),
  textOf(['trailers', 'chunked', 'websocket']),
)
export const spoof = fc.tuple(
  inAnyCase([
    ...[
      'x-forwarded-for',
      'x_forwarded_for',
      'x-forwarded_host',
      'x.real-ip',
      'forwarded',
      'expect',
    ],
    ...['remote-user', 'x-remote-user', 'x-auth-request-email', 'x-hubgate-user', 'x-original-url'],
    ...['x-http-method-override', 'proxy', 'true-client-ip', 'x-rewrite-url', 'content-length'],
  ]),
  fc.constant(SPOOF),
)
export const credential = fc.oneof(
  fc.tuple(inAnyCase(['authorization', 'proxy-authorization']), fc.constant(`token ${SECRET}`)),
  fc.tuple(inAnyCase(['cookie']), cookieHeader),
  fc.tuple(
    inAnyCase(['referer']),
    fc
      .tuple(
        fc.constantFrom('http://h', 'https://h:1', '', 'HTTP://h', 'x-y://h'),
        fc.constantFrom('/user/ada/', '/', '/x', '/hub/login', '/hub', ''),
        fc.constantFrom(
          `?token=${SECRET}`,
          `?a&t%6fken=${SECRET}#b`,
          `?a;token=${SECRET}`,
          `#${SECRET}`,
        ),
      )
      .map((parts) => parts.join('')),
  ),
)

const pairsOf = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []))

function holdsForRequestHeaders(raw: RawHeaders): void {
  const sent = requestHeaders(['Host', 'h', ...raw], FACTS)
  assert.deepEqual(requestHeaders(sent, FACTS), sent)
  const text = sent.join('\n')
  assert(!text.includes(SECRET) && !text.includes(SPOOF), text)
  assert.deepEqual(
    pairsOf(sent).filter(([name]) => OURS.test(name)),
    [
      ['Host', 'h'],
      ['Authorization', 'token ours'],
      ['X-Forwarded-For', '192.0.2.1'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'h'],
    ],
  )
  assert(!pairsOf(sent).some(([name]) => HOP_BY_HOP.test(name)))
}

function holdsForResponseHeaders(raw: RawHeaders): void {
  const kept = responseHeaders(raw, SCOPE)
  assert.deepEqual(responseHeaders(kept, SCOPE), kept)
  const given = pairsOf(raw)
  let at = 0
  for (const [name, value] of pairsOf(kept)) {
    while (at < given.length && (given[at]?.[0] !== name || given[at]?.[1] !== value)) at++
    assert(at++ < given.length, `${name} was not there`)
    assert(!HOP_BY_HOP.test(name))
    if (name.toLowerCase() === 'set-cookie') assertHarmless(value)
  }
}

interface Head {
  method: string
  httpVersion: string
  url: string
  rawHeaders: RawHeaders
}

/** Whatever passes has one reading. */
function holdsForCheck(head: Head): void {
  const fault = checkRequest(head as IncomingMessage)
  if (fault !== null) {
    assert(fault instanceof HubgateError && fault.status >= 400 && fault.status < 500)
    return
  }
  const names = pairsOf(head.rawHeaders).map(([name]) => name.toLowerCase())
  const count = (wanted: string): number => names.filter((name) => name === wanted).length
  assert(count('host') === 1 && count('content-length') + count('transfer-encoding') <= 1)
  assert(count('authorization') <= 1 && count('origin') <= 1)
  for (const [name, value] of pairsOf(head.rawHeaders)) {
    assert.match(name, /^[A-Za-z0-9-]+$/)
    if (/^host$/i.test(name)) assert.doesNotMatch(value, /[\s/@?#,\\%]/)
    if (/^content-length$/i.test(name)) assert.match(value, /^[0-9]+$/)
    if (/^transfer-encoding$/i.test(name)) assert.match(value, /^chunked$/i)
  }
}

const framing = fc.tuple(
  inAnyCase(['host', 'content-length', 'transfer-encoding', 'origin', 'x_a', 'x a', 'x:', '']),
  textOf(['h', 'a.example', ':80', '[::1]', '1', '0', 'chunked', ',', '@']),
)
const host = fc.tuple(
  fc.constant('Host'),
  fc.constantFrom('h', 'a.example:80', 'h@x', 'h/..', '[::1]'),
)

export const HEADER_PROPERTIES = [
  property('request headers', {
    inputs: headersOf(connection, ordinary, hop, spoof, credential),
    holds: holdsForRequestHeaders,
    endures: (text) =>
      ['Connection', 'Cookie', 'Referer', 'X', text].map((name) =>
        requestHeaders(['Host', 'h', name, text, 'Referer', `http://h/${text}?${text}`], FACTS),
      ),
  }),
  property('response headers', {
    inputs: headersOf(
      connection,
      ordinary,
      hop,
      fc.tuple(inAnyCase(['set-cookie', 'set_cookie']), setCookieLine),
      fc.tuple(
        inAnyCase(['refresh', 'cross-origin-opener-policy', 'cross-origin-embedder-policy', 'nel']),
        textOf(['0;url=/hub/', 'same-origin', 'require-corp', 'unsafe-none', ' ', '\t']),
      ),
    ),
    holds: holdsForResponseHeaders,
    endures: (text) =>
      ['Connection', 'Set-Cookie', 'Refresh', 'Cross-Origin-Opener-Policy', text].map((name) =>
        responseHeaders([name, text, 'Cross-Origin-Embedder-Policy', text], SCOPE),
      ),
  }),
  property('request check', {
    inputs: fc.record({
      method: fc.constantFrom('GET', 'POST', 'TRACE', 'CONNECT', 'get', ''),
      httpVersion: fc.constantFrom('1.1', '1.1', '1.0', '0.9', '2.0'),
      url: textOf(['/', '/user/ada/']),
      rawHeaders: fc
        .tuple(host, headersOf(framing, ordinary))
        .map(([one, more]) => [...one, ...more]),
    }),
    holds: holdsForCheck,
    endures: (text) => {
      const head = { method: 'GET', httpVersion: '1.1', url: '/' }
      for (const name of ['Host', 'Content-Length', 'Transfer-Encoding', text]) {
        checkRequest({ ...head, rawHeaders: ['X', '', name, text] } as IncomingMessage)
        checkRequest({ ...head, rawHeaders: ['Host', `a${text}`] } as IncomingMessage)
      }
    },
  }),
]
