// P6, P7: of what a client says, a server gets nothing by which the gateway, or a proxy in front of
// it, would be believed; in no spelling.
import { describe, expect, it } from 'vitest'
import { valuesOf } from './support/messages.ts'
import type { Recorded } from './support/recorder.ts'
import { expectPassed, expectRefused } from './support/tables.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/'])

const AUTH = 'Authorization: token {token}'
/** A request with more header lines. */
const request = (...lines: string[]): string =>
  `${['GET /user/ada/x HTTP/1.1', 'Host: hub.example', AUTH, ...lines].join('\r\n')}\r\n`
const passed = (...lines: string[]): Promise<Recorded> => {
  const close = lines.some((line) => /^connection:/i.test(line)) ? '' : 'Connection: close\r\n'
  return expectPassed(gate, `${request(...lines)}${close}\r\n`)
}

describe('a header’s name that is refused', () => {
  it.each([
    ['an underscore', 'X_Forwarded_For: canary'],
    ['an underscore among dashes', 'X-Forwarded_For: canary'],
    ['a dot', 'X.Forwarded.For: canary'],
    ['an underscore in Authorization', 'Author_ization: token canary'],
    ['an exclamation mark', 'X-A!: b'],
    ['a tick', 'X`A: b'],
    ['a star', 'X*A: b'],
    ['a plus', 'X+A: b'],
    ['a pipe', 'X|A: b'],
    ['a tilde', '~A: b'],
    ['a percent sign', 'X%2DForwarded-For: canary'],
    ['a space', 'X A: b'],
    ['a space before the colon', 'X-Forwarded-For : canary'],
    ['a tab before the colon', 'X-Forwarded-For\t: canary'],
    ['a space in front', ' X-Forwarded-For: canary'],
    ['NUL', 'X-A\0: b'],
    ['a control character', 'X\x01A: b'],
    ['DEL', 'X\x7fA: b'],
    ['a byte beyond ASCII', 'X-\xc3\xa4: b'],
    ['a Kelvin sign', 'X-\xe2\x84\xaa: b'],
    ['no name', ': b'],
    ['a slash', 'X/A: b'],
    ['brackets', 'X(A): b'],
    ['a quote', '"X-A": b'],
    ['an at sign', 'X@A: b'],
    ['an equals sign', 'X=A: b'],
    ['a semicolon', 'X;A: b'],
    ['a comma', 'X,A: b'],
  ])('%s', async (_, line) => {
    await expectRefused(gate, `${request(line)}\r\n`, 400)
    expect(gate.at('ada/').bytes).not.toContain('/user/ada/x')
  })
})

describe('a header’s value that is refused', () => {
  it.each([
    ['NUL', 'X-A: b\0c'],
    ['a bare carriage return', 'X-A: b\rc'],
    ['a bare line feed', 'X-A: b\nc: d'],
    ['a carriage return and a header', 'X-A: b\rX-Forwarded-For: canary'],
    ['a folded line', 'X-A: b\r\n c'],
    ['a folded line with a tab', 'X-A: b\r\n\tc'],
    ['a control character', 'X-A: b\x01c'],
    ['a vertical tab', 'X-A: b\x0bc'],
    ['an escape', 'X-A: \x1b[31m'],
    ['DEL', 'X-A: b\x7fc'],
  ])('%s', async (_, line) => {
    await expectRefused(gate, `${request(line)}\r\n`, 400)
    expect(gate.at('ada/').bytes).not.toContain('/user/ada/x')
  })
})

describe('a header that may be there once and is there twice is refused', () => {
  it.each([
    ['Authorization', 'Authorization: token x'],
    ['Authorization in another case', 'AUTHORIZATION: token {token}'],
    ['Host', 'Host: hub.example'],
    ['Origin', 'Origin: http://a\r\nOrigin: http://a'],
    ['Content-Type', 'Content-Type: a/b\r\nContent-type: a/b'],
    ['Referer', 'Referer: http://a/\r\nReferer: http://b/'],
    ['Sec-Fetch-Site', 'Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site'],
    ['Sec-Fetch-Mode', 'Sec-Fetch-Mode: cors\r\nsec-fetch-mode: navigate'],
    ['Sec-Fetch-Dest', 'Sec-Fetch-Dest: empty\r\nSec-Fetch-Dest: document'],
    ['Sec-WebSocket-Key', 'Sec-WebSocket-Key: a\r\nSec-WebSocket-Key: a'],
    ['Sec-WebSocket-Version', 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13'],
    ['Content-Length', 'Content-Length: 0\r\nContent-Length: 0'],
    ['Transfer-Encoding', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
  ])('%s', async (_, line) => {
    await expectRefused(gate, `${request(line)}\r\n`, 400)
    expect(gate.at('ada/').bytes).not.toContain('/user/ada/x')
  })
})

describe('what only the gateway says', () => {
  it.each([
    'X-Forwarded-For',
    'x-forwarded-for',
    'X-FORWARDED-HOST',
    'X-Forwarded-Proto',
    'X-Forwarded-Port',
    'X-Forwarded-Prefix',
    'X-Forwarded-Server',
    'X-Forwarded-Ssl',
    'X-Forwarded-Scheme',
    'X-Forwarded-Uri',
    'X-Forwarded-User',
    'X-Forwarded-Email',
    'X-Forwarded-Groups',
    'X-Forwarded-Preferred-Username',
    'X-Forwarded-Access-Token',
    'X-Forwarded-By',
    'X-Forwarded',
    'Forwarded',
    'X-Real-IP',
    'X-Client-IP',
    'Client-IP',
    'X-Originating-IP',
    'X-Cluster-Client-IP',
    'True-Client-IP',
    'CF-Connecting-IP',
    'X-Original-URL',
    'X-Original-Host',
    'X-Original-URI',
    'X-Original-Method',
    'X-Rewrite-URL',
    'X-Host',
    'X-Scheme',
    'X-HTTP-Method',
    'X-HTTP-Method-Override',
    'X-Method-Override',
    'X-Remote-User',
    'X-Remote-Groups',
    'Remote-User',
    'X-Auth-Request-User',
    'X-Auth-Request-Email',
    'X-Hubgate-Jwt',
    'X-Hubgate-User',
    'X-Accel-Redirect',
    'Front-End-Https',
    'Proxy',
    'Proxy-Authorization',
    'Proxy-Authenticate',
    'Proxy-Authentication-Info',
    'Proxy-Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'HTTP2-Settings',
  ])('%s of a client’s does not arrive', async (name) => {
    const seen = await passed(`${name}: canary`, `${name}: canary`)
    expect(seen.head).not.toContain('canary')
    expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1'])
    expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['http'])
    expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['hub.example'])
  })

  it.each([
    'Authorization',
    'X-Forwarded-For',
    'x-forwarded-host, X-FORWARDED-PROTO',
    'host',
    'Content-Length',
    'close, Authorization, Host, X-Forwarded-For',
    'X_Forwarded_For, AUTHORIZATION',
    'Cookie, Authorization',
  ])('is there even when Connection lists it: %s', async (listed) => {
    const seen = await passed(`Connection: ${listed}, close`, 'Content-Length: 0')
    expect(valuesOf(seen, 'host')).toEqual(['hub.example'])
    expect(valuesOf(seen, 'x-forwarded-for')).toEqual(['127.0.0.1'])
    expect(valuesOf(seen, 'x-forwarded-proto')).toEqual(['http'])
    expect(valuesOf(seen, 'x-forwarded-host')).toEqual(['hub.example'])
    const [authorization, ...more] = valuesOf(seen, 'authorization')
    expect(more).toEqual([])
    expect(authorization).toMatch(/^token [\w-]{20,}$/)
    expect(authorization).not.toContain(gate.tokenOf('ada/'))
  })

  it('is said once, whatever else there is', async () => {
    const seen = await passed('Connection: close', 'Connection: keep-alive, X-A', 'X-A: canary')
    const names = seen.headers.map(([name]) => name.toLowerCase())
    expect(names).toEqual([...new Set(names)])
    expect(seen.head).not.toContain('canary')
  })
})

describe('what Connection lists ends here', () => {
  it.each([
    ['X-Hop', 'X-Hop: canary'],
    ['x-hop', 'X-HOP: canary'],
    ['X-Hop , X-Other', 'X-Hop: canary\r\nX-Other: canary'],
    [',,X-Hop,', 'X-Hop: canary'],
    ['Cookie', 'Cookie: a=canary'],
    ['X_Hop', 'X-Hop: canary'],
  ])('Connection: %s', async (listed, lines) => {
    const seen = await passed(`Connection: close, ${listed}`, lines)
    expect(seen.head).not.toContain('canary')
    expect(valuesOf(seen, 'connection').join()).not.toMatch(/hop|other|cookie/i)
  })
})

describe('everything else arrives as it is', () => {
  it('in its order, case and number', async () => {
    const lines = [
      'X-B: 2',
      'x-a: 1',
      'X-B: 1',
      'X-Empty: ',
      'Accept: text/html',
      'ACCEPT: */*;q=0.1',
      'Accept-Encoding: gzip, br',
      'If-None-Match: "a", W/"b"',
      'Range: bytes=0-9, 20-',
      'User-Agent: Mozilla/5.0 (X; "q") é'.replace('é', '\xe9'),
      'X-Xsrftoken: 2|abc|def',
      'Sec-Fetch-Mode: cors',
      'X-Tab: a\tb',
      `X-Bytes: ${Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('')}`,
      `X-Long: ${'v'.repeat(8_000)}`,
      'X-Json: {"a": [1, 2], "b": "c:d"}',
      'Cookie: a=1; b="2"; _xsrf=2|x|y|1; c=a=b',
      'Referer: http://hub.example/user/ada/lab?a=b',
      'Origin: http://hub.example',
      'X-Requested-With: XMLHttpRequest',
      'Content-Disposition: attachment; filename="a;b.txt"',
    ]
    const seen = await passed(...lines)
    const own = /^(?:host|authorization|connection|x-forwarded-\w+): /i
    const rest = seen.head.split('\r\n').slice(1, -2)
    const others = rest.filter((line) => !own.test(line)).map((line) => line.trimEnd())
    expect(others).toEqual(lines.map((line) => line.trimEnd()))
  })
})
