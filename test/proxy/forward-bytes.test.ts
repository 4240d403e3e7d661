// What arrives at a server, byte for byte: seen by a TCP server that parses nothing.
import { describe, expect, it } from 'vitest'
import { openHarness, SECRET } from '../support/forward-harness.ts'
import type { RawConnection } from './raw-connection.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const OURS = [
  `Authorization: token ${SECRET}`,
  'X-Forwarded-For: 127.0.0.1',
  'X-Forwarded-Proto: http',
  'X-Forwarded-Host: hub.example',
  'Connection: keep-alive',
  '',
  '',
]

const lines = (...text: string[]): string => text.join('\r\n')
const reply = (connection: RawConnection): void => connection.send(OK)

describe('a request', () => {
  it('arrives as it was sent, but for credentials and hops', async () => {
    const upstream = await rawUpstream(reply)
    const { port } = await openHarness(upstream.url)
    const client = rawClient(
      port,
      lines(
        'GET /user/ada/a%2Fb//c/../d?x=%20&token=secret-1&y=1+1 HTTP/1.1',
        'Host: hub.example',
        'AUTHORIZATION: token secret-2',
        'Cookie: a=1; hubgate-login=secret-3; b=2',
        'Referer: http://hub.example/user/ada/lab?token=secret-4',
        'X-Forwarded-For: 10.0.0.1',
        'Connection: keep-alive, X-Hop',
        'X-Hop: 1',
        'x-kEEp: \xe9',
        '',
        '',
      ),
    )
    await client.until(/ok$/)
    expect(upstream.connections[0]?.text).toBe(
      lines(
        'GET /user/ada/a%2Fb//c/../d?x=%20&y=1+1 HTTP/1.1',
        'Host: hub.example',
        'Cookie: a=1; b=2',
        'Referer: http://hub.example/user/ada/lab',
        'x-kEEp: \xe9',
        ...OURS,
      ),
    )
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'OPTIONS'])(
    '%s keeps its length',
    async (method) => {
      const upstream = await rawUpstream(reply, /the body!$/)
      const { port } = await openHarness(upstream.url)
      const head = `${method} /user/ada/x HTTP/1.1\r\nHost: hub.example\r\n`
      const client = rawClient(port, `${head}content-length: 9\r\n\r\nthe body`)
      client.send('!')
      const server = await upstream.connection(0)
      await client.until(/ok$/)
      expect(server.text.match(/content-length/gi)).toEqual(['Content-Length'])
      expect(server.text).toMatch(/\r\nContent-Length: 9\r\n\r\nthe body!$/)
      expect(server.text).not.toMatch(/transfer-encoding/i)
    },
  )

  it.each(['POST', 'DELETE', 'GET', 'OPTIONS'])(
    '%s in chunks is framed anew, and its trailers end here',
    async (method) => {
      const upstream = await rawUpstream(reply, /\r\n0\r\n\r\n$/)
      const { port } = await openHarness(upstream.url)
      const head = `${method} /user/ada/x HTTP/1.1\r\nHost: hub.example\r\nTrailer: X-T\r\n`
      const client = rawClient(port, `${head}Transfer-Encoding: CHUNKED\r\n\r\n`)
      client.send('3;ext=1\r\nabc\r\n0004\r\ndefg\r\n0\r\nX-T: canary\r\n\r\n')
      await client.until(/ok$/)
      const [server] = upstream.connections
      expect(server?.text).toMatch(/Transfer-Encoding: chunked\r\n/)
      expect(server?.text).not.toMatch(/content-length|trailer|canary|ext=1|x-t/i)
      const body = server?.text.split('\r\n\r\n').slice(1).join('\r\n\r\n') ?? ''
      expect(body.replace(/(?:^|\r\n)[0-9a-f]+\r\n/g, '')).toBe('abcdefg\r\n')
    },
  )

  it('without a body has no framing', async () => {
    const upstream = await rawUpstream(reply)
    const { port } = await openHarness(upstream.url)
    const client = rawClient(
      port,
      'DELETE /user/ada/x HTTP/1.1\r\nHost: hub.example\r\nContent-Length: 0\r\n\r\n',
    )
    await client.until(/ok$/)
    expect(upstream.connections[0]?.text).toBe(
      lines('DELETE /user/ada/x HTTP/1.1', 'Host: hub.example', ...OURS),
    )
  })

  it.each(['POST', 'PUT', 'PATCH'])('%s with an empty body says so', async (method) => {
    const upstream = await rawUpstream((connection) => {
      reply(connection)
      connection.until(/HTTP[\s\S]*HTTP[\s\S]*\r\n\r\n$/).then(
        () => reply(connection),
        () => undefined,
      )
    })
    const { port } = await openHarness(upstream.url)
    const head = `${method} /user/ada/x HTTP/1.1\r\nHost: hub.example\r\n`
    const client = rawClient(port, `${head}Content-Length: 0\r\n\r\n`)
    await client.until(/ok$/)
    client.send(`${head}Content-Length: 0\r\n\r\n`)
    await client.until(/ok[\s\S]*ok$/)
    expect(upstream.connections).toHaveLength(1)
    expect(upstream.connections[0]?.text).toMatch(/\r\nContent-Length: 0\r\n\r\n$/)
  })

  it('does not pass Expect on, and the client is told to continue', async () => {
    const upstream = await rawUpstream(reply, /abc$/)
    const { port } = await openHarness(upstream.url)
    const client = rawClient(
      port,
      'POST /user/ada/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n',
    )
    await client.until(/100 Continue\r\n\r\n/)
    client.send('abc')
    await client.until(/ok$/)
    expect(upstream.connections[0]?.text).not.toMatch(/expect/i)
  })
})

describe('smuggling', () => {
  const inner = 'GET /user/ada/smuggled HTTP/1.1\r\nHost: h\r\n\r\n'

  it.each([
    [
      'CL.TE',
      `Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    ],
    ['TE.CL', `Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${inner}`],
    ['two lengths', `Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`],
    [
      'TE twice',
      `Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${inner}`,
    ],
    ['TE with a tab', `Transfer-Encoding:\tchunked, identity\r\n\r\n0\r\n\r\n${inner}`],
    ['TE in disguise', `Transfer_Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a space before the colon', `Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a folded line', `X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n${inner}`],
    ['a bare line feed', `X-A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a bad chunk size', `Transfer-Encoding: chunked\r\n\r\n-1\r\n${inner}`],
  ])('%s never reaches the server as a second request', async (_, rest) => {
    const upstream = await rawUpstream(reply)
    const { port } = await openHarness(upstream.url)
    const client = rawClient(port, `POST /user/ada/x HTTP/1.1\r\nHost: h\r\n${rest}`)
    await client.until(/^HTTP\/1\.1 \d{3}/)
    await client.closed
    expect(client.text).toMatch(/^HTTP\/1\.1 400 /)
    expect(client.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(upstream.connections.map(({ text }) => text).join('')).not.toContain('smuggled')
  })

  it('a chunked DELETE whose body is a request stays a body (CVE-2026-29057)', async () => {
    const upstream = await rawUpstream(reply, /\r\n0\r\n\r\n$/)
    const { port } = await openHarness(upstream.url)
    const client = rawClient(
      port,
      'DELETE /user/ada/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n' +
        `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
    )
    await client.until(/ok$/)
    const text = upstream.connections[0]?.text ?? ''
    expect(text).toContain(`\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`)
    expect(text).not.toMatch(/content-length/i)
  })

  it('an answer that is staged before it is asked for is never given to anybody', async () => {
    const staged = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstaged'
    const upstream = await rawUpstream((connection, count) => {
      connection.send(count === 0 ? OK + staged : OK)
    })
    const { port } = await openHarness(upstream.url)
    const request = 'GET /user/ada/x HTTP/1.1\r\nHost: h\r\n\r\n'
    const client = rawClient(port, request)
    await client.until(/ok$/)
    client.send(request)
    await client.until(/ok[\s\S]*ok$/)
    expect(client.text).not.toContain('staged')
    expect(upstream.connections).toHaveLength(2)
  })
})

describe('an answer', () => {
  async function answered(
    answer: string,
    request = 'GET /user/ada/x',
    version = '1.1',
  ): Promise<string> {
    const upstream = await rawUpstream(({ socket }) => {
      socket.end(answer, 'latin1')
    })
    const { port } = await openHarness(upstream.url)
    const client = rawClient(
      port,
      `${request} HTTP/${version}\r\nHost: h\r\nConnection: close\r\n\r\n`,
    )
    await client.closed
    return client.text
  }

  it('is passed on as it is, without decoding, but for hops and what is not the server’s', async () => {
    const text = await answered(
      lines(
        'HTTP/1.1 299 Quite Fine',
        'content-ENCODING: gzip',
        'Content-Length: 4',
        'Set-Cookie: a=1; Path=/user/ada/',
        'Set-Cookie: hubgate-login=evil',
        'Set-Cookie: b=2',
        'Connection: keep-alive, X-Hop',
        'X-Hop: 1',
        'X-Name: \xe9',
        'Date: Thu, 01 Jan 1970 00:00:00 GMT',
        '',
        '\x1f\x8b\x00\xff',
      ),
    )
    const [head = '', body] = text.split('\r\n\r\n')
    const [status, ...headers] = head.split('\r\n')
    expect(status).toBe('HTTP/1.1 299 Quite Fine')
    expect(headers).toEqual(
      expect.arrayContaining([
        'content-ENCODING: gzip',
        'Content-Length: 4',
        'Set-Cookie: a=1; Path=/user/ada/',
        'Set-Cookie: b=2',
        'X-Name: \xe9',
        'Date: Thu, 01 Jan 1970 00:00:00 GMT',
        'X-Request-Id: test',
        'Connection: close',
      ]),
    )
    expect(head).not.toMatch(/x-hop|evil/i)
    expect(body).toBe('\x1f\x8b\x00\xff')
  })

  it('of unknown length is ended by the close of the connection', async () => {
    const text = await answered('HTTP/1.1 200 OK\r\n\r\nall of it')
    expect(text).toMatch(/transfer-encoding: chunked/i)
    expect(text).toMatch(/\r\n9\r\nall of it\r\n0\r\n\r\n$/)
  })

  it('in chunks loses its trailers', async () => {
    const text = await answered(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-T: canary\r\n\r\n',
    )
    expect(text).toMatch(/\r\n3\r\nabc\r\n0\r\n\r\n$/)
    expect(text).not.toContain('canary')
  })

  it.each([
    [
      'HEAD',
      'HEAD /user/ada/x',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
      /content-length: 5\r\n/i,
    ],
    [
      '204',
      'DELETE /user/ada/x',
      'HTTP/1.1 204 No Content\r\n\r\n',
      /^HTTP\/1\.1 204 No Content\r\n/,
    ],
    ['304', 'GET /user/ada/x', 'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n', /etag: "x"\r\n/i],
    [
      '205',
      'POST /user/ada/x',
      'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n',
      /^HTTP\/1\.1 205 /,
    ],
  ])('to %s has no body', async (_, request, answer, pattern) => {
    const text = await answered(answer, request)
    expect(text).toMatch(pattern)
    expect(text).toMatch(/\r\n\r\n$/)
    expect(text).not.toMatch(/transfer-encoding/i)
  })

  it('is waited for behind 1xx', async () => {
    const text = await answered(
      'HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\nSet-Cookie: a=b\r\n\r\n' +
        'HTTP/1.1 102 Processing\r\n\r\n' +
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    )
    expect(text).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/x>; rel=preload\r\n\r\nHTTP\/1\.1 102 Processing\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
    )
    expect(text).toMatch(/\r\n\r\nok$/)
  })

  it.each([
    ['HTTP/1.0 asks', '1.0', '</x>; rel=preload'],
    ['a link is not well-formed', '1.1', 'x'],
  ])('is not told of hints when %s', async (_, version, link) => {
    const hints = `HTTP/1.1 103 Early Hints\r\nLink: ${link}\r\n\r\n`
    const text = await answered(
      `${hints}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
      'GET /user/ada/x',
      version,
    )
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/)
  })

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['nothing', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    [
      'length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc'],
    ['a bad length', 'HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc'],
    [
      'an upgrade nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    ],
    ['a control character', 'HTTP/1.1 200 OK\r\nX-A: b\x01c\r\nContent-Length: 0\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`],
  ])('that is %s becomes 502', async (_, answer) => {
    const text = await answered(answer)
    expect(text).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n[\s\S]*upstream_failed/)
  })
})
