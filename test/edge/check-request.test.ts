import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkRequest } from '../../src/edge/check-request.ts'
import { rawClient } from '../proxy/raw-connection.ts'

/** What Node's parser and then checkRequest make of these bytes: a code, `ok`, or `unparsed`. */
async function verdict(bytes: string): Promise<string> {
  const server = createServer({
    maxHeaderSize: 256 * 1024,
    insecureHTTPParser: true,
    requireHostHeader: false,
  })
  server.maxHeadersCount = 0
  const seen = new Promise<string>((resolve) => {
    const answer = (request: IncomingMessage): void => resolve(checkRequest(request)?.code ?? 'ok')
    server.on('request', (request, response) => {
      answer(request)
      response.end()
    })
    server.on('upgrade', (request, socket) => {
      answer(request)
      socket.destroy()
    })
    server.on('connect', (request, socket) => {
      answer(request)
      socket.destroy()
    })
    server.on('clientError', (_, socket) => {
      socket.destroy()
      resolve('unparsed')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  rawClient((server.address() as AddressInfo).port, bytes)
  return seen
}

const get = (...headers: string[]): string =>
  `GET / HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`

describe('checkRequest', () => {
  it.each([
    ['a plain request', get('Host: hub.example')],
    ['a port', get('Host: 127.0.0.1:8000')],
    ['IPv6', get('Host: [::1]:8000')],
    ['an underscore in the host', get('Host: hub_gate:8000')],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\nHost: x\r\n\r\n'],
    ['a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx'],
    ['chunks', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n'],
    ['DELETE with a body', 'DELETE / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx'],
    ['repeated lists', get('Host: x', 'Accept: a', 'Accept: b', 'Cookie: a=1', 'Cookie: b=2')],
    ['200 headers', get('Host: x', ...Array.from({ length: 199 }, (_, i) => `X-${i}: y`))],
    ['16 KiB of target', `GET /${'a'.repeat(16 * 1024 - 1)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ])('lets pass: %s', async (_, bytes) => {
    expect(await verdict(bytes)).toBe('ok')
  })

  it.each([
    ['no Host', get('Accept: */*'), 'bad_request'],
    ['an empty Host', get('Host:'), 'bad_request'],
    ['two Hosts', get('Host: a', 'Host: b'), 'bad_request'],
    ['two equal Hosts', get('Host: a', 'host: a'), 'bad_request'],
    ['a Host with a path', get('Host: a/../b'), 'bad_request'],
    ['a Host with userinfo', get('Host: good@evil'), 'bad_request'],
    ['a Host list', get('Host: a, b'), 'bad_request'],
    ['a Host with a bad port', get('Host: a:b'), 'bad_request'],
    [
      'two Authorizations',
      get('Host: x', 'Authorization: token a', 'authorization: token b'),
      'bad_request',
    ],
    ['two Origins', get('Host: x', 'Origin: http://a', 'Origin: http://b'), 'bad_request'],
    ['two Content-Types', get('Host: x', 'Content-Type: a/b', 'Content-Type: a/b'), 'bad_request'],
    ...[
      'Referer',
      'Sec-Fetch-Dest',
      'Sec-Fetch-Mode',
      'Sec-Fetch-Site',
      'Sec-WebSocket-Key',
      'Sec-WebSocket-Version',
    ].map((name): [string, string, string] => [
      `two of ${name}`,
      get('Host: x', `${name}: a`, `${name.toUpperCase()}: a`),
      'bad_request',
    ]),
    ['an underscore name', get('Host: x', 'X_Forwarded_For: 1'), 'bad_request'],
    ['a dot in a name', get('Host: x', 'X-Forwarded.For: 1'), 'bad_request'],
    ['an underscore in a known name', get('Host: x', 'Content_Type: a/b'), 'bad_request'],
    ['a Host that is another one than before', get('Host: a/b'), 'bad_request'],
    ['an odd name', get('Host: x', "X!#$%&'*+^`|~: 1"), 'bad_request'],
    [
      '201 headers',
      get('Host: x', ...Array.from({ length: 200 }, (_, i) => `X-${i}: y`)),
      'headers_too_large',
    ],
    [
      '5000 headers',
      get('Host: x', ...Array.from({ length: 5_000 }, (_, i) => `X-${i}: y`)),
      'headers_too_large',
    ],
    [
      'a longer target',
      `GET /${'a'.repeat(16 * 1024)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'target_too_long',
    ],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: x\r\n\r\n', 'method_not_allowed'],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 'method_not_allowed'],
    [
      'HTTP/1.0 with chunks',
      'POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'bad_request',
    ],
    [
      'CL and TE',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'bad_request',
    ],
    [
      'TE and CL',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n',
      'bad_request',
    ],
  ])('refuses, even behind a lenient parser: %s', async (_, bytes, code) => {
    expect([code, 'unparsed']).toContain(await verdict(bytes))
  })

  it.each([
    [
      'other codings',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'chunked twice',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['an unknown coding', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n'],
    ['a signed length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nx'],
    ['an empty length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx',
    ],
    ['a list of lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\nx'],
    ['an empty name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n'],
    ['a space before the colon', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\nx'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
    ['HTTP/2 in words', 'GET / HTTP/2.0\r\nHost: x\r\n\r\n'],
  ])('never lets pass: %s', async (_, bytes) => {
    expect(['bad_request', 'unparsed']).toContain(await verdict(bytes))
  })
})
