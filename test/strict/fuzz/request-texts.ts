import fc from 'fast-check'
import { connection, credential, hop, ordinary, spoof } from './headers.ts'
import { PATH_WORDS, QUERY_WORDS } from './target.ts'
import { inAnyCase, SPOOF, textOf } from './texts.ts'

/** Stands for a token that opens ada's server, in a request that is kept or made. */
export const TOKEN_MARK = '{token}'

const weighted = <Value>(...kinds: [weight: number, arbitrary: fc.Arbitrary<Value>][]) =>
  fc.oneof(...kinds.map(([weight, arbitrary]) => ({ weight, arbitrary })))

const method = weighted(
  [12, fc.constant('GET')],
  [6, fc.constantFrom('POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND')],
  [1, fc.constantFrom('TRACE', 'CONNECT', 'get', 'M-SEARCH', '', 'GET ', 'PRI', '\r\nGET', 'G\0T')],
)

const HUB_TARGETS = [
  ...['/', '/hub/', '/hub/home', '/hub/token', '/hub/admin', '/hub/logout', '/hub/spawn/ada'],
  ...['/hub/login?next=', '/hub/login', '/hub/static/', '/hub/health', '/hub/metrics', '/hub/api'],
  ...['/hub/api/users/', '/hub/api/users?', '/hub/api/authorizations/token/', '/hub/api/groups/x'],
  ...['/hub/api/oauth2/authorize?client_id=', '/hub/api/oauth2/token', '/hub/api/user', '/hub/x'],
  ...['/hub/api/users/ada/tokens/', '/hub/api/users/ada/server/progress?', '/services/', '/user/'],
  ...['/hub/user-redirect/', '/hub/api/forward-auth', '/hub/error/', '/favicon.ico', '/robots.txt'],
]
const parameters = textOf(QUERY_WORDS, 4)
const query = weighted(
  [6, fc.constant('')],
  [1, parameters.map((text) => `?${text}`)],
  [
    1,
    fc
      .tuple(
        fc.constantFrom('?a&', '?&', '?a;', '?=b&'),
        fc.constantFrom(`token=${TOKEN_MARK}&`, `t%6Fken=${TOKEN_MARK};`, `&token=${TOKEN_MARK}`),
        parameters,
      )
      .map((parts) => parts.join('')),
  ],
)
const madeTarget = fc
  .tuple(
    weighted(
      [10, fc.constant('/user/ada/')],
      [2, fc.constantFrom('/user/bob/', '/user/ada', '/user/nobody/', '/user/', '')],
      [5, fc.constantFrom(...HUB_TARGETS)],
    ),
    weighted([1, fc.constant('')], [3, textOf(PATH_WORDS, 8)]),
    query,
  )
  .map((parts) => parts.join(''))
const target = weighted(
  [8, madeTarget.map((text) => text.replace(/[^!-~]|#/g, ''))],
  [1, madeTarget],
  [1, fc.constantFrom('*', 'http://h/user/ada/x', 'h:80', '//user/ada/x', '?', '/user/ada/\0')],
)

const version = weighted(
  [14, fc.constant('HTTP/1.1')],
  [1, fc.constantFrom('HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', '', 'HTTP/0.9')],
)

const host = weighted(
  [14, fc.constant('Host: h\r\n')],
  [
    1,
    fc.constantFrom('', 'Host: h\r\nHost: h\r\n', 'Host:\r\n', 'Host: h/x\r\n', 'Host: [::1]\r\n'),
  ],
)

/** How the token is shown: mostly well. */
const authorization = weighted(
  [10, fc.constantFrom(`token ${TOKEN_MARK}`, `Bearer ${TOKEN_MARK}`)],
  [3, fc.constant('')],
  [
    2,
    fc
      .tuple(
        fc.constantFrom('token', 'bearer', 'Basic', 'Digest', 'tokens', ''),
        textOf([' ', '\t', TOKEN_MARK, 'x', ',', 'token '], 5),
      )
      .map(([scheme, rest]) => scheme + rest),
  ],
).map((value) => (value === '' ? '' : `Authorization: ${value}\r\n`))

const framing = fc.tuple(
  inAnyCase(['content-length', 'transfer-encoding']),
  fc.oneof(
    fc.constantFrom('0', '5', '5', '05', '+5', '5, 5', '', '-1', '99999999999999999999', '0x5'),
    fc.constantFrom('chunked', 'chunked', 'Chunked', 'gzip, chunked', 'identity', 'chunked,', 'x'),
  ),
)
const special = fc.tuple(
  inAnyCase(['upgrade', 'sec-websocket-version', 'sec-websocket-key', 'origin', 'range', 'expect']),
  fc.constantFrom('websocket', '13', 'AAAAAAAAAAAAAAAAAAAAAA==', 'http://h', '100-continue', 'h2c'),
)
const plainLine = weighted<[string, string]>(
  [3, ordinary],
  [2, spoof.filter(([name]) => !/^(?:expect|content-length)$/i.test(name))],
  [2, credential.filter(([name]) => !/^authorization$/i.test(name))],
  [2, connection],
  [2, framing],
  [1, hop],
  [1, special],
)
  // What may not be in a value is for the odd lines.
  .map(([name, value]) => `${name}: ${value.replace(/[^\t -~\x80-\xff]/g, '')}\r\n`)
const oddLine = fc.oneof(
  fc.constantFrom(
    '\r\n',
    ' folded\r\n',
    'X : y\r\n',
    ': y\r\n',
    'X\r\n',
    'X: y\n',
    'X: y\rZ: z\r\n',
  ),
  fc.constantFrom(
    'X: \0\r\n',
    'X_Y: z\r\n',
    'Content-Length : 5\r\n',
    '\tX: y\r\n',
    'X:y\r\n',
    '\n',
  ),
  fc.constantFrom(`Remote_User: ${SPOOF}\r\n`, 'Transfer-Encoding:\r\n chunked\r\n', 'Ü: x\r\n'),
  textOf([':', ': ', '\r\n', '\n', 'Host'], 4).map((text) => `${text}\r\n`),
)
const lines = fc
  .array(weighted([12, plainLine], [1, oddLine]), { maxLength: 7 })
  .map((some) => some.join(''))

const SMUGGLED = `GET /user/ada/smuggled HTTP/1.1\r\nHost: h\r\nAuthorization: token ${TOKEN_MARK}\r\n\r\n`
const body = weighted(
  [6, fc.constant('')],
  [3, fc.constantFrom('hello', '5\r\nhello\r\n0\r\n\r\n', '0\r\n\r\n', SMUGGLED)],
  [
    1,
    fc
      .array(
        fc.constantFrom(
          ...[
            '5\r\nhello\r\n',
            '5;x=y\r\nhello\r\n',
            '0\r\n\r\n',
            '0\r\nX: y\r\n\r\n',
            '5\nhello\n',
          ],
          ...['05\r\nhello\r\n', '5 \r\nhello\r\n', '+5\r\nhello\r\n', '0x5\r\n', '6\r\nhello\r\n'],
          ...['hello', '\r\n', '\n', '-1\r\n', 'ffffffffffffffff\r\n', '{"a":', 'x=y&', SMUGGLED],
        ),
        { maxLength: 4 },
      )
      .map((pieces) => pieces.join('')),
  ],
)

/** The bytes of a request, mostly one that is nearly right, and of what follows it. One char a byte. */
export const requestBytes: fc.Arbitrary<string> = fc
  .tuple(method, target, version, host, authorization, lines, body)
  .map(([verb, where, protocol, first, credentials, more, rest]) => {
    const start = `${verb} ${where} ${protocol}\r\n`
    return `${start}${first}${credentials}${more}\r\n${rest}`.replace(/[^\0-\xff]/g, '?')
  })
