// P2, P3: the request line and Host, where a request is told from another and from none.
import { describe, expect, it } from 'vitest'
import { expectPassed, expectRefused } from './support/tables.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/'])

const REST = 'Host: hub.example\r\nAuthorization: token {token}\r\n\r\n'
const AUTH = 'Authorization: token {token}\r\n'
/** A request with these lines in the place of `Host`. */
const hosted = (lines: string): string => `GET /user/ada/x HTTP/1.1\r\n${lines}${AUTH}\r\n`

describe('a request line that is refused', () => {
  it.each([
    ['CONNECT', `CONNECT /user/ada/x HTTP/1.1\r\n${REST}`],
    ['CONNECT to an authority', `CONNECT hub.example:443 HTTP/1.1\r\n${REST}`],
    ['CONNECT to the server’s port', `CONNECT 127.0.0.1:80 HTTP/1.1\r\n${REST}`],
    ['TRACE', `TRACE /user/ada/x HTTP/1.1\r\n${REST}`],
    ['TRACK', `TRACK /user/ada/x HTTP/1.1\r\n${REST}`],
    ['DEBUG', `DEBUG /user/ada/x HTTP/1.1\r\n${REST}`],
    ['PURGE', `PURGE /user/ada/x HTTP/1.1\r\n${REST}`],
    ['SOURCE', `SOURCE /user/ada/x ICE/1.0\r\n${REST}`],
    ['RTSP', `DESCRIBE /user/ada/x RTSP/1.0\r\n${REST}`],
    ['an unknown method', `FROB /user/ada/x HTTP/1.1\r\n${REST}`],
    ['a method in lower case', `get /user/ada/x HTTP/1.1\r\n${REST}`],
    ['a method with more behind it', `GETX /user/ada/x HTTP/1.1\r\n${REST}`],
    ['a method with a quote', `GET" /user/ada/x HTTP/1.1\r\n${REST}`],
    ['OPTIONS for the whole server', `OPTIONS * HTTP/1.1\r\n${REST}`],
    ['no method', ` /user/ada/x HTTP/1.1\r\n${REST}`],
    ['no target', `GET HTTP/1.1\r\n${REST}`],
    ['an empty target', `GET  HTTP/1.1\r\n${REST}`],
    ['HTTP/0.9', 'GET /user/ada/x\r\n\r\n'],
    ['HTTP/0.9 in words', `GET /user/ada/x HTTP/0.9\r\n${REST}`],
    ['HTTP/1.2', `GET /user/ada/x HTTP/1.2\r\n${REST}`],
    ['HTTP/2.0', `GET /user/ada/x HTTP/2.0\r\n${REST}`],
    ['HTTP/2', `GET /user/ada/x HTTP/2\r\n${REST}`],
    ['HTTP/3.0', `GET /user/ada/x HTTP/3.0\r\n${REST}`],
    ['HTTP/1', `GET /user/ada/x HTTP/1\r\n${REST}`],
    ['HTTP/1.', `GET /user/ada/x HTTP/1.\r\n${REST}`],
    ['HTTP/1.10', `GET /user/ada/x HTTP/1.10\r\n${REST}`],
    ['HTTP/01.1', `GET /user/ada/x HTTP/01.1\r\n${REST}`],
    ['HTTP/+1.1', `GET /user/ada/x HTTP/+1.1\r\n${REST}`],
    ['http/1.1', `GET /user/ada/x http/1.1\r\n${REST}`],
    ['HTTPS/1.1', `GET /user/ada/x HTTPS/1.1\r\n${REST}`],
    ['HTTP 1.1', `GET /user/ada/x HTTP 1.1\r\n${REST}`],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a tab', `GET\t/user/ada/x HTTP/1.1\r\n${REST}`],
    ['a tab behind the target', `GET /user/ada/x\tHTTP/1.1\r\n${REST}`],
    ['a form feed', `GET\f/user/ada/x HTTP/1.1\r\n${REST}`],
    ['a space in the target', `GET /user/ada/x y HTTP/1.1\r\n${REST}`],
    ['a space at the end', `GET /user/ada/x HTTP/1.1 \r\n${REST}`],
    ['more at the end', `GET /user/ada/x HTTP/1.1 HTTP/1.1\r\n${REST}`],
    ['a carriage return in the target', `GET /user/ada/x\ry HTTP/1.1\r\n${REST}`],
    ['a carriage return at the end', `GET /user/ada/x HTTP/1.1\r\r\n${REST}`],
    ['a bare line feed at the end', `GET /user/ada/x HTTP/1.1\n${REST}`],
    ['bare line feeds only', `GET /user/ada/x HTTP/1.1\n${REST.replaceAll('\r', '')}`],
    ['a bare line feed behind Host', hosted('Host: h\n')],
    ['a bare carriage return behind Host', hosted('Host: h\rX-A: b\r\n')],
    ['a bare line feed as the last line', `GET /user/ada/x HTTP/1.1\r\nHost: h\r\n${AUTH}\n`],
    ['a space before the first header', `GET /user/ada/x HTTP/1.1\r\n Host: h\r\n${AUTH}\r\n`],
    ['a line without a colon', hosted('Host: h\r\nfoo\r\n')],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['the PROXY protocol', `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\nGET / HTTP/1.1\r\n${REST}`],
  ])('%s', async (_, bytes) => {
    await expectRefused(gate, bytes)
    expect(gate.at('ada/').bytes).not.toContain('/user/ada/x')
  })
})

describe('a Host that is refused', () => {
  it.each([
    ['none', ''],
    ['an empty one', 'Host:\r\n'],
    ['an empty one with a space', 'Host: \r\n'],
    ['two', 'Host: a\r\nHost: b\r\n'],
    ['two equal ones', 'Host: a\r\nHost: a\r\n'],
    ['two in different case', 'Host: a\r\nhOST: a\r\n'],
    ['one behind others', 'Host: a\r\nX-A: b\r\nHost: b\r\n'],
    ['a list', 'Host: a, b\r\n'],
    ['two words', 'Host: a b\r\n'],
    ['a path', 'Host: a/b\r\n'],
    ['an encoded path', 'Host: a%2fb\r\n'],
    ['a backslash', 'Host: a\\b\r\n'],
    ['a query', 'Host: a?b\r\n'],
    ['a fragment', 'Host: a#b\r\n'],
    ['userinfo', 'Host: good@evil\r\n'],
    ['a scheme', 'Host: http://a\r\n'],
    ['a bad port', 'Host: a:b\r\n'],
    ['an empty port', 'Host: a:\r\n'],
    ['a negative port', 'Host: a:-1\r\n'],
    ['a long port', 'Host: a:123456\r\n'],
    ['two ports', 'Host: a:1:2\r\n'],
    ['half an IPv6 address', 'Host: [::1\r\n'],
    ['an IPv6 address without brackets', 'Host: ::1\r\n'],
    ['an IPv6 zone', 'Host: [fe80::1%25eth0]\r\n'],
    ['bytes beyond ASCII', 'Host: h\xfcb.example\r\n'],
    ['NUL', 'Host: a\0b\r\n'],
    ['a control character', 'Host: a\x01\r\n'],
    ['a quote', 'Host: a"b\r\n'],
    ['an angle bracket', 'Host: <b>\r\n'],
    ['a tab inside', 'Host: a\tb\r\n'],
    ['a dot first', 'Host: .a\r\n'],
    ['a space before the colon', 'Host : a\r\n'],
    ['a tab before the colon', 'Host\t: a\r\n'],
    ['a folded line', 'Host: a\r\n .example\r\n'],
    ['a line folded before it begins', 'Host:\r\n a\r\n'],
  ])('%s', async (_, lines) => {
    await expectRefused(gate, hosted(lines), 400)
    expect(gate.at('ada/').bytes).not.toContain('/user/ada/x')
  })
})

describe('what passes', () => {
  const close = 'Connection: close\r\n\r\n'

  it.each([
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
    'MKCOL',
    'COPY',
    'MOVE',
    'LOCK',
    'UNLOCK',
    'PROPPATCH',
    'REPORT',
    'SEARCH',
  ])('%s arrives as it is', async (method) => {
    const seen = await expectPassed(
      gate,
      `${method} /user/ada/x HTTP/1.1\r\nHost: h\r\n${AUTH}${close}`,
    )
    expect(seen.start).toBe(`${method} /user/ada/x HTTP/1.1`)
  })

  it.each([
    ['a name', 'hub.example'],
    ['a name with a port', 'hub.example:8000'],
    ['a name with a dot at the end', 'hub.example.'],
    ['capitals', 'Hub.Example'],
    ['IPv4', '192.0.2.1:8000'],
    ['IPv6', '[2001:db8::1]:8000'],
    ['an underscore, as compose makes them', 'hub_gate:8000'],
  ])('Host: %s', async (_, host) => {
    const seen = await expectPassed(
      gate,
      `GET /user/ada/x HTTP/1.1\r\nHost: ${host}\r\n${AUTH}${close}`,
    )
    expect(seen.head.match(/^(?:x-forwarded-)?host: .*$/gim)).toEqual([
      expect.stringMatching(new RegExp(`^host: ${RegExp.escape(host)}$`, 'i')),
      expect.stringMatching(new RegExp(`^x-forwarded-host: ${RegExp.escape(host)}$`, 'i')),
    ])
  })

  it.each([
    ['space around a value', 'Host: \t h \t \r\n'],
    ['no space in front of a value', 'Host:h\r\n'],
    ['a name in capitals', 'HOST: h\r\n'],
  ])('%s', async (_, lines) => {
    const seen = await expectPassed(
      gate,
      `GET /user/ada/x HTTP/1.1\r\n${lines}${AUTH}Connection: close\r\n\r\n`,
    )
    expect(seen.head).toMatch(/\r\nhost: h\r\n/i)
  })

  it('an empty line in front of the request (RFC 9112 §2.2)', async () => {
    const seen = await expectPassed(
      gate,
      `\r\nGET /user/ada/x HTTP/1.1\r\nHost: h\r\n${AUTH}${close}`,
    )
    expect(seen.start).toBe('GET /user/ada/x HTTP/1.1')
  })

  it('two spaces in the request line, which RFC 9112 §3 lets pass, arrive as one', async () => {
    const seen = await expectPassed(gate, `GET  /user/ada/x HTTP/1.1\r\nHost: h\r\n${AUTH}${close}`)
    expect(seen.start).toBe('GET /user/ada/x HTTP/1.1')
  })

  it('HTTP/1.0, which is ended by the close of the connection', async () => {
    const seen = await expectPassed(gate, `GET /user/ada/x HTTP/1.0\r\nHost: h\r\n${AUTH}\r\n`)
    expect(seen.start).toBe('GET /user/ada/x HTTP/1.1')
  })
})

describe('after a request that ends its connection nothing more is read (RFC 9112 §9.6)', () => {
  it.each([
    ['Connection: close', 'HTTP/1.1\r\nConnection: close\r\n'],
    ['Connection: CLOSE in a list', 'HTTP/1.1\r\nConnection: x-a, CLOSE\r\n'],
    ['HTTP/1.0', 'HTTP/1.0\r\n'],
  ])('%s', async (_, version) => {
    const first = `GET /user/ada/first ${version}Host: h\r\n${gate.authorization}\r\n\r\n`
    const second = `POST /user/ada/canary HTTP/1.1\r\nHost: h\r\n${gate.authorization}\r\n\r\n`
    const answers = await gate.answersTo(first + second)
    expect(answers).toHaveLength(1)
    await gate.settle()
    expect(gate.at('ada/').bytes).not.toContain('canary')
  })
})
