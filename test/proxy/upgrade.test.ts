import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ClientOptions, ServerOptions } from 'ws'
import { WebSocket, WebSocketServer } from 'ws'
import { ENDINGS } from '../../src/proxy/endings.ts'
import { openHarness, SECRET } from '../support/forward-harness.ts'
import type { RawConnection } from './raw-connection.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
const HANDSHAKE = handshake({})
const SWITCHED = proved('')

function handshake(change: Record<string, string | null>, method = 'GET'): string {
  const headers: Record<string, string | null> = {
    Host: 'hub.example',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': KEY,
    ...change,
  }
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}\r\n`],
  )
  return `${method} /user/ada/x HTTP/1.1\r\n${lines.join('')}\r\n`
}

function switching(more: string): string {
  return `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${more}\r\n`
}

function proved(more: string): string {
  return switching(`Sec-WebSocket-Accept: ${ACCEPT}\r\n${more}`)
}

function refusing(framing: string): string {
  return `HTTP/1.1 403 Forbidden\r\n${framing}\r\n2\r\nno\r\n0\r\n\r\n`
}

async function wsUpstream(
  options: ServerOptions = {},
): Promise<{ url: string; server: WebSocketServer }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options })
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

function open(url: string, protocols: string[] = [], options: ClientOptions = {}): WebSocket {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/user/ada/api/x?token=t&a=1`,
    protocols,
    options,
  )
  socket.on('error', () => undefined)
  onTestFinished(() => socket.terminate())
  return socket
}

async function serverSide(server: WebSocketServer): Promise<[WebSocket, IncomingMessage]> {
  const [socket, request] = (await once(server, 'connection')) as [WebSocket, IncomingMessage]
  return [socket, request]
}

async function messageOf(socket: WebSocket): Promise<string> {
  const [data] = (await once(socket, 'message')) as [Buffer]
  return data.toString()
}

async function closeOf(socket: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  return [code, reason.toString()]
}

describe('a WebSocket', () => {
  it('carries messages both ways, with the subprotocol that the server chose', async () => {
    const upstream = await wsUpstream({ handleProtocols: () => 'v1.kernel' })
    const harness = await openHarness(upstream.url)
    const client = open(harness.url, ['v0.kernel', 'v1.kernel'])
    const [server] = await serverSide(upstream.server)
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
    expect(client.protocol).toBe('v1.kernel')
    server.on('message', (data, isBinary) => server.send(data, { binary: isBinary }))
    client.send('6*7')
    expect(await messageOf(client)).toBe('6*7')
    const large = 'x'.repeat(5_000_000)
    client.send(large)
    expect(await messageOf(client)).toBe(large)
    expect(harness.connections.size).toBe(1)
    expect(harness.touches()).toBeGreaterThan(0)
  })

  it('negotiates compression with the server, not with the gateway', async () => {
    const upstream = await wsUpstream({ perMessageDeflate: { threshold: 0 } })
    const harness = await openHarness(upstream.url)
    const client = open(harness.url, [], { perMessageDeflate: { threshold: 0 } })
    const [server, { headers }] = await serverSide(upstream.server)
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
    expect(headers['sec-websocket-extensions']).toMatch(/^permessage-deflate/)
    expect(client.extensions).toMatch(/^permessage-deflate/)
    server.on('message', (data, isBinary) => server.send(data, { binary: isBinary }))
    client.send('6*7'.repeat(100))
    expect(await messageOf(client)).toBe('6*7'.repeat(100))
  })

  it('is no use of the server by somebody whom nobody knows', async () => {
    const upstream = await wsUpstream()
    const harness = await openHarness(upstream.url, { isUse: false })
    const client = open(harness.url)
    const [server] = await serverSide(upstream.server)
    server.on('message', (data, isBinary) => server.send(data, { binary: isBinary }))
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
    client.send('6*7')
    expect(await messageOf(client)).toBe('6*7')
    expect(harness.touches()).toBe(0)
  })

  it('shows the server neither the visitor’s credentials nor other than its raw path', async () => {
    const upstream = await wsUpstream()
    const harness = await openHarness(upstream.url)
    open(harness.url, [], {
      origin: 'http://hub.example',
      headers: {
        Host: 'hub.example',
        Authorization: 'token visitor',
        Cookie: 'a=1; hubgate-server-0=visitor',
        'X-Forwarded-For': '10.0.0.1',
      },
    })
    const [, request] = await serverSide(upstream.server)
    expect(request.url).toBe('/user/ada/api/x?a=1')
    expect(request.headers).toMatchObject({
      host: 'hub.example',
      origin: 'http://hub.example',
      authorization: `token ${SECRET}`,
      cookie: 'a=1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'hub.example',
      connection: 'Upgrade',
    })
    expect(request.rawHeaders.join()).not.toMatch(/visitor/i)
  })

  it('removes what the client lists in Connection', async () => {
    const upstream = await rawUpstream()
    const { port } = await openHarness(upstream.url)
    rawClient(port, handshake({ Connection: 'Upgrade, X-Hop, Authorization', 'X-Hop': '1' }))
    const server = await upstream.connection(0)
    const text = await server.until(/\r\n\r\n$/)
    expect(text).toMatch(new RegExp(`\r\nauthorization: token ${SECRET}\r\n`, 'i'))
    expect(text).toMatch(/\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/)
    expect(text).not.toMatch(/x-hop/i)
  })

  it('passes the raw path as it is', async () => {
    const upstream = await rawUpstream()
    const { port } = await openHarness(upstream.url)
    rawClient(port, HANDSHAKE.replace('/user/ada/x', '/user/ada/a%2Fb//./%7E|?q=%20&token=t&?'))
    const server = await upstream.connection(0)
    expect(await server.until(/\r\n\r\n$/)).toMatch(
      /^GET \/user\/ada\/a%2Fb\/\/\.\/%7E\|\?q=%20&\? HTTP/,
    )
  })

  it.each([
    [1000, 'done'],
    [1001, ''],
    [4321, 'by the server'],
  ])('closed by the server with %i is closed so for the client', async (code, reason) => {
    const upstream = await wsUpstream()
    const harness = await openHarness(upstream.url)
    const client = open(harness.url)
    const [server] = await serverSide(upstream.server)
    server.close(code, reason)
    expect(await closeOf(client)).toEqual([code, reason])
    await expect.poll(() => harness.connections.size).toBe(0)
    expect(harness.outcomes).toEqual(['upgrade'])
  })

  it('closed by the client is closed so for the server', async () => {
    const upstream = await wsUpstream()
    const harness = await openHarness(upstream.url)
    const client = open(harness.url)
    const [server] = await serverSide(upstream.server)
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
    client.close(4000, 'by the client')
    expect(await closeOf(server)).toEqual([4000, 'by the client'])
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it.each([
    ['client', 1006, ''],
    ['server', 1012, 'the server closed the connection'],
  ])('whose %s vanishes is closed on the other side', async (side, code, reason) => {
    const upstream = await wsUpstream()
    const harness = await openHarness(upstream.url)
    const client = open(harness.url)
    const [server] = await serverSide(upstream.server)
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
    const [gone, left] = side === 'client' ? [client, server] : [server, client]
    gone.terminate()
    expect(await closeOf(left)).toEqual([code, reason])
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('is closed on both sides when its credential is revoked', async () => {
    const upstream = await wsUpstream()
    const harness = await openHarness(upstream.url)
    const client = open(harness.url)
    const [server] = await serverSide(upstream.server)
    if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
    const both = Promise.all([closeOf(client), closeOf(server)])
    expect(harness.connections.closeByServer('ada/', ENDINGS.revoked)).toBe(1)
    expect(await both).toEqual([
      [1008, 'access revoked'],
      [1001, ''],
    ])
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('holds back what the client sends before the server has switched', async () => {
    const upstream = await rawUpstream()
    const { port } = await openHarness(upstream.url)
    const client = rawClient(port, `${HANDSHAKE}early`)
    client.send(' bytes')
    const server = await upstream.connection(0)
    expect(await server.until(/\r\n\r\n/)).not.toMatch(/early/)
    server.send(`${SWITCHED}first`)
    await server.until(/\r\n\r\nearly bytes$/)
    expect(await client.until(/first$/)).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/)
  })

  it('gives the client none of what a server may not say', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send(
        switching(
          `Sec-WebSocket-Accept: ${ACCEPT}\r\nSec-WebSocket-Protocol: p\r\nSet-Cookie: hubgate-login=evil\r\n` +
            'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nAlt-Svc: evil\r\n',
        ),
      )
    })
    const { port } = await openHarness(upstream.url)
    const client = rawClient(port, handshake({ 'Sec-WebSocket-Protocol': 'q, p' }))
    const text = await client.until(/\r\n\r\n/)
    expect(text).toMatch(/set-cookie: a=1\r\nset-cookie: b=2\r\n/i)
    expect(text).toMatch(/sec-websocket-protocol: p\r\n/i)
    expect(text).not.toMatch(/evil/i)
  })
})

describe('a handshake that is none', () => {
  it.each([
    ['another method', handshake({}, 'POST')],
    ['another protocol', handshake({ Upgrade: 'h2c' })],
    ['a list of protocols', handshake({ Upgrade: 'websocket, h2c' })],
    ['another version', handshake({ 'Sec-WebSocket-Version': '12' })],
    ['no version', handshake({ 'Sec-WebSocket-Version': null })],
    ['a version twice', handshake({ 'Sec-WebSocket-Version': '13\r\nSec-WebSocket-Version: 13' })],
    ['two protocols in two lines', handshake({ Upgrade: 'websocket\r\nUpgrade: websocket' })],
    ['two keys', handshake({ 'Sec-WebSocket-Key': `${KEY}\r\nSec-WebSocket-Key: ${KEY}` })],
    ['HTTP/1.0', HANDSHAKE.replace('HTTP/1.1', 'HTTP/1.0')],
    ['an empty body', handshake({ 'Content-Length': '0' })],
    ['no key', handshake({ 'Sec-WebSocket-Key': null })],
    ['a short key', handshake({ 'Sec-WebSocket-Key': 'c2hvcnQ=' })],
    ['a key that is not base64', handshake({ 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZ!==' })],
    ['a body', `${handshake({ 'Content-Length': '3' })}abc`],
    ['chunks', `${handshake({ 'Transfer-Encoding': 'chunked' })}0\r\n\r\n`],
  ])('with %s is 400, and the server sees nothing', async (_, bytes) => {
    const upstream = await rawUpstream()
    const { port } = await openHarness(upstream.url)
    const client = rawClient(port, bytes)
    await client.closed
    expect(client.text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(upstream.connections).toHaveLength(0)
  })
})

describe('a handshake without upgrade in Connection', () => {
  it('is an ordinary request, and its Upgrade ends here', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
    const { port } = await openHarness(upstream.url)
    const client = rawClient(port, handshake({ Connection: 'close' }))
    await client.closed
    expect(client.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nok$/)
    expect((await upstream.connection(0)).text).not.toMatch(/upgrade/i)
  })
})

describe('a server that does not switch', () => {
  async function refusal(
    answer: (connection: RawConnection) => void,
    timeoutMs = 4_000,
  ): Promise<string> {
    const upstream = await rawUpstream(answer)
    const harness = await openHarness(upstream.url, { firstByteTimeoutMs: timeoutMs })
    const client = rawClient(harness.port, HANDSHAKE)
    await client.closed
    await upstream.connections[0]?.closed
    await expect.poll(() => harness.connections.size).toBe(0)
    expect(harness.outcomes).toEqual(['upgrade'])
    return client.text
  }

  it('but refuses is heard by the client', async () => {
    const text = await refusal((connection) => {
      connection.send(
        'HTTP/1.1 403 Forbidden\r\nX-Why: no\r\nSet-Cookie: hubgate-login=evil\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n',
      )
    })
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*x-why: no\r\n[\s\S]*\r\n\r\nno$/i)
    expect(text).toMatch(/content-length: 2\r\n/i)
    expect(text).not.toMatch(/evil|chunked/)
  })

  it.each([
    ['200 OK', 'Content-Length: 2\r\n', 'ok'],
    ['204 No Content', '', ''],
    ['302 Found', 'Location: /user/ada/login\r\nContent-Length: 0\r\n', ''],
    ['404 Not Found', 'Content-Length: 2\r\n', 'no'],
    ['426 Upgrade Required', 'Connection: close\r\n', 'until the end'],
  ])(
    'but answers %s is heard by the client, whose connection ends',
    async (status, headers, body) => {
      const text = await refusal(({ socket }) => {
        socket.end(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ${status}\r\n${headers}\r\n${body}`)
      })
      expect(text.startsWith(`HTTP/1.1 ${status}\r\n`)).toBe(true)
      expect(text).toMatch(/\r\nconnection: close\r\n/i)
      expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(body)
    },
  )

  it.each([
    ['proves nothing', switching('')],
    [
      'proves another handshake',
      switching(`Sec-WebSocket-Accept: ${createHash('sha1').update('x').digest('base64')}\r\n`),
    ],
    [
      'proves it twice',
      switching(`Sec-WebSocket-Accept: ${ACCEPT}\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n`),
    ],
    ['chooses a subprotocol that nobody offered', proved('Sec-WebSocket-Protocol: p\r\n')],
    ['chooses two subprotocols', proved('Sec-WebSocket-Protocol: p, q\r\n')],
    ['adds an extension', proved('Sec-WebSocket-Extensions: permessage-deflate\r\n')],
    ['gives a 101 a length', proved('Content-Length: 0\r\n')],
    ['says upgrade twice', proved('Upgrade: websocket\r\n')],
    ['does not say upgrade in Connection', SWITCHED.replace('Connection: Upgrade', 'X-Y: Z')],
    ['folds a header', proved('X-A: b\r\n c\r\n')],
    ['ends lines with LF', SWITCHED.replaceAll('\r\n', '\n')],
    ['is of HTTP/2', SWITCHED.replace('HTTP/1.1', 'HTTP/2')],
    ['refuses with two lengths', refusing('Content-Length: 2\r\nContent-Length: 3\r\n')],
    [
      'refuses in chunks and a length',
      refusing('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n'),
    ],
    ['switches to something else', SWITCHED.replace('Upgrade: websocket', 'Upgrade: h2c')],
    ['speaks no HTTP', 'SSH-2.0-x\r\n\r\n'],
  ])('and %s is 502', async (_, answer) => {
    expect(await refusal((connection) => connection.send(answer))).toMatch(
      /^HTTP\/1\.1 502 Bad Gateway\r\n/,
    )
  })

  it('byte by byte is understood', async () => {
    const upstream = await rawUpstream((connection) => {
      for (const byte of `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${SWITCHED}first`) {
        connection.socket.write(byte)
      }
    })
    const { port } = await openHarness(upstream.url)
    const client = rawClient(port, HANDSHAKE)
    expect(await client.until(/first$/)).toMatch(/^HTTP\/1\.1 101 /)
  })

  it('and dies is 502', async () => {
    expect(await refusal(({ socket }) => socket.resetAndDestroy())).toMatch(/^HTTP\/1\.1 502 /)
  })

  it('and dies in the middle of a refusal is 502', async () => {
    const text = await refusal(({ socket }) => {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\n01234')
    })
    expect(text).toMatch(/^HTTP\/1\.1 502 /)
  })

  it('and refuses at length is 502', async () => {
    const text = await refusal((connection) => {
      connection.send(
        `HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`,
      )
    })
    expect(text).toMatch(/^HTTP\/1\.1 502 /)
  })

  it('and says nothing is 504', async () => {
    expect(await refusal(() => undefined, 100)).toMatch(/^HTTP\/1\.1 504 /)
  })

  it('and says nothing more after a head is 504', async () => {
    const text = await refusal((connection) => {
      connection.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\n0')
    }, 100)
    expect(text).toMatch(/^HTTP\/1\.1 504 /)
  })

  it('because nothing listens is 502', async () => {
    const upstream = await wsUpstream()
    upstream.server.close()
    await once(upstream.server, 'close')
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, HANDSHAKE)
    await client.closed
    expect(client.text).toMatch(/^HTTP\/1\.1 502 [\s\S]*"message":/)
  })

  it.each([
    ['by a reset', (client: RawConnection) => client.socket.resetAndDestroy()],
    ['in peace', (client: RawConnection) => client.socket.end()],
  ])('while its client goes away %s is left at once', async (_, leave) => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, HANDSHAKE)
    const server = await upstream.connection(0)
    await server.until(/\r\n\r\n$/)
    leave(client)
    await server.closed
    await expect.poll(() => harness.connections.size).toBe(0)
  })
})

describe('a side that is half dead', () => {
  async function joined(): Promise<[RawConnection, RawConnection, () => number]> {
    const upstream = await rawUpstream((connection) => connection.send(SWITCHED))
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, HANDSHAKE)
    await client.until(/\r\n\r\n/)
    return [client, await upstream.connection(0), () => harness.connections.size]
  }

  it('does not keep a server that has closed waiting, and gives the client its last bytes', async () => {
    const [client, server, size] = await joined()
    server.socket.end('last words')
    await Promise.all([client.closed, server.closed])
    expect(client.text).toMatch(/last words$/)
    await expect.poll(size).toBe(0)
  })

  it('does not keep a client that has closed waiting, and gives the server its last bytes', async () => {
    const [client, server, size] = await joined()
    client.socket.end('last words')
    await server.until(/last words$/)
    await Promise.all([client.closed, server.closed])
    await expect.poll(size).toBe(0)
  })

  it('does not keep a client waiting for a server that never closes', async () => {
    const upstream = await rawUpstream((connection) => connection.send(SWITCHED), /\r\n\r\n/, true)
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, HANDSHAKE)
    await client.until(/\r\n\r\n/)
    client.socket.end()
    await client.closed
    await expect.poll(() => harness.connections.size).toBe(0)
  }, 15_000)
})
