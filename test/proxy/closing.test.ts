import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { closeFrame } from '../../src/proxy/close-frame.ts'
import { ENDINGS } from '../../src/proxy/endings.ts'
import type { Harness } from '../support/forward-harness.ts'
import { openHarness } from '../support/forward-harness.ts'
import { encodeFrame } from './frames.ts'
import type { RawConnection } from './raw-connection.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'

/** How an open WebSocket ends when the gateway wants it to. */

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const ACCEPT = createHash('sha1')
  .update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  .digest('base64')
const HANDSHAKE = `GET /user/ada/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`
const SWITCHED = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`

const REVOKED = closeFrame(1008, 'access revoked').toString('latin1')
const frame = (text: string, opcode = 0x1, mask?: Buffer): string =>
  encodeFrame({ fin: true, opcode, payload: Buffer.from(text), mask }).toString('latin1')
const fromClient = (text: string, opcode = 0x1): string =>
  frame(text, opcode, Buffer.from([1, 2, 3, 4]))

interface Joined {
  harness: Harness
  client: RawConnection
  server: RawConnection
  /** What each side was sent behind the handshake. */
  heard: (side: RawConnection) => string
  revoke: () => void
}

async function joined(): Promise<Joined> {
  const upstream = await rawUpstream((connection) => connection.send(SWITCHED))
  const harness = await openHarness(upstream.url)
  const client = rawClient(harness.port, HANDSHAKE)
  await client.until(/\r\n\r\n/)
  return {
    harness,
    client,
    server: await upstream.connection(0),
    heard: ({ text }) => text.slice(text.indexOf('\r\n\r\n') + 4),
    revoke: () => harness.connections.closeByServer('ada/', ENDINGS.revoked),
  }
}

describe('between two frames', () => {
  it('the client is told, and gone when it has answered; the server hears that it went away', async () => {
    const { harness, client, server, heard, revoke } = await joined()
    server.send(frame('one'))
    await client.until(/one$/)
    revoke()
    await client.until(/revoked$/)
    expect(heard(client)).toBe(frame('one') + REVOKED)
    client.send(fromClient('\x03\xf0', 0x8))
    await Promise.all([client.closed, server.closed])
    expect(heard(server)).toHaveLength(8)
    expect(heard(server)).toMatch(/^\x88\x82/)
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('a client that does not answer is cut off', async () => {
    const { client, server, heard, revoke } = await joined()
    revoke()
    await Promise.all([client.closed, server.closed])
    expect(heard(client)).toBe(REVOKED)
  })

  it('nothing that the client sends afterwards reaches the server, nor the other way', async () => {
    const { client, server, heard, revoke } = await joined()
    client.send(fromClient('before'))
    await expect.poll(() => heard(server)).toHaveLength(12)
    revoke()
    client.send(fromClient('behind'))
    server.send(frame('behind'))
    await Promise.all([client.closed, server.closed])
    expect(heard(server)).toHaveLength(12 + 8)
    expect(heard(client)).toBe(REVOKED)
  })

  it('closing again changes nothing', async () => {
    const { client, heard, revoke } = await joined()
    revoke()
    revoke()
    await client.closed
    expect(heard(client)).toBe(REVOKED)
  })
})

describe('in the middle of a frame', () => {
  it('the client gets the rest of it, nothing of the next one, and is told then', async () => {
    const { client, server, heard, revoke } = await joined()
    const [start, rest] = [frame('a long one').slice(0, 5), frame('a long one').slice(5)]
    server.send(start)
    await expect.poll(() => heard(client)).toBe(start)
    revoke()
    client.send(fromClient('behind'))
    server.send(rest + frame('next'))
    await client.until(/revoked$/)
    expect(heard(client)).toBe(frame('a long one') + REVOKED)
    await Promise.all([client.closed, server.closed])
    expect(heard(server)).toHaveLength(8)
  })

  it.each([
    ['header', 1],
    ['payload', 6],
  ])('whose %s does not end, the client is cut off', async (_, length) => {
    const { client, server, heard, revoke } = await joined()
    const start = frame('never whole').slice(0, length)
    server.send(start)
    await expect.poll(() => heard(client)).toBe(start)
    revoke()
    await Promise.all([client.closed, server.closed])
    expect(heard(client)).toBe(start)
  })

  it('of the client’s, the server’s connection ends without a frame', async () => {
    const { client, server, heard, revoke } = await joined()
    const start = fromClient('never whole').slice(0, 9)
    client.send(start)
    await expect.poll(() => heard(server)).toBe(start)
    revoke()
    await client.until(/revoked$/)
    await server.closed
    expect(heard(server)).toBe(start)
  })
})

describe('behind a Close frame', () => {
  it('of the server there is none of ours', async () => {
    const { client, server, heard, revoke } = await joined()
    const bye = closeFrame(1000, 'bye').toString('latin1')
    server.send(bye)
    await client.until(/bye$/)
    revoke()
    await Promise.all([client.closed, server.closed])
    expect(heard(client)).toBe(bye)
  })

  it('of the client there is none of ours for the server, but for the client', async () => {
    const { client, server, heard, revoke } = await joined()
    const bye = fromClient('\x03\xe8', 0x8)
    client.send(bye)
    await expect.poll(() => heard(server)).toBe(bye)
    revoke()
    await Promise.all([client.closed, server.closed])
    expect(heard(client)).toBe(REVOKED)
    expect(heard(server)).toBe(bye)
  })
})

describe('a server whose connection ends', () => {
  it('between two frames: the client may come again', async () => {
    const { client, server, heard } = await joined()
    server.socket.end(Buffer.from(frame('last'), 'latin1'))
    await client.until(/closed the connection$/)
    expect(heard(client)).toBe(frame('last') + toldLoss())
  })

  it('by a reset: the same', async () => {
    const { client, server, heard } = await joined()
    server.socket.resetAndDestroy()
    await client.closed
    expect(heard(client)).toBe(toldLoss())
  })

  it('in the middle of a frame: the client is cut off', async () => {
    const { client, server, heard } = await joined()
    server.socket.end(Buffer.from(frame('last words').slice(0, 7), 'latin1'))
    await client.closed
    expect(heard(client)).toBe(frame('last words').slice(0, 7))
  })

  it('after its Close frame: nothing is added', async () => {
    const { client, server, heard } = await joined()
    const bye = closeFrame(1000, 'bye')
    server.socket.end(bye)
    await client.closed
    expect(heard(client)).toBe(bye.toString('latin1'))
  })
})

function toldLoss(): string {
  return closeFrame(1012, 'the server closed the connection').toString('latin1')
}

describe('a handshake under way', () => {
  it.each([
    [403, ENDINGS.revoked],
    [502, ENDINGS.stopped],
    [503, ENDINGS.restart],
  ])('is refused with %i', async (status, ending) => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, HANDSHAKE)
    const server = await upstream.connection(0)
    await server.until(/\r\n\r\n$/)
    harness.connections.closeByServer('ada/', ending)
    await Promise.all([client.closed, server.closed])
    expect(client.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*${ending.reason}`))
  })
})
