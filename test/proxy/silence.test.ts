import { describe, expect, it } from 'vitest'
import { closeFrame } from '../../src/proxy/close-frame.ts'
import type { ProxyTimeouts } from '../../src/proxy/passage.ts'
import { maskedPing, PING } from '../../src/proxy/ping-frame.ts'
import { openHarness } from '../support/forward-harness.ts'
import { encodeFrame } from './frames.ts'
import type { RawConnection } from './raw-connection.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'

/** What silent WebSockets are sent, and what becomes of those that do not answer. */

const HANDSHAKE =
  'GET /user/ada/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n'
const MASK = Buffer.from([1, 2, 3, 4])
const PAYLOAD = PING.subarray(2)

const ping = PING.toString('latin1')
const pong = encodeFrame({ fin: true, opcode: 0xa, payload: PAYLOAD }).toString('latin1')
const clientPong = clientFrame(PAYLOAD, 0xa)
const clientText = clientFrame('text')

function clientFrame(payload: string | Buffer, opcode = 0x1): string {
  const frame = { fin: true, opcode, mask: MASK, payload: Buffer.from(payload) }
  return encodeFrame(frame).toString('latin1')
}

const closed = (code: number, reason: string): string => closeFrame(code, reason).toString('latin1')
const heard = ({ text }: RawConnection): string => text.slice(text.indexOf('\r\n\r\n') + 4)
const count = (text: string, part: string): number => text.split(part).length - 1
const MASKED_PING = /\x89\x88[\s\S]{12}/g
const MASKED_1001 = /\x88\x82[\s\S]{6}$/

/** Answers each ping of ours. */
function answering(side: RawConnection, answer: string, asked: string | RegExp): RawConnection {
  let answered = 0
  side.socket.on('data', () => {
    const pings = heard(side).match(asked instanceof RegExp ? asked : new RegExp(asked, 'g'))
    for (; answered < (pings?.length ?? 0); answered++) side.send(answer)
  })
  return side
}

async function joined(timeouts: Partial<ProxyTimeouts>) {
  const upstream = await rawUpstream((connection) => connection.send(SWITCHED))
  const outcomes: string[] = []
  const harness = await openHarness(upstream.url, { timeouts })
  const { traffic } = harness.passage.proxy
  Object.assign(harness.passage.proxy, {
    traffic: { ...traffic, exchangeEnded: (...told: string[]) => outcomes.push(told.join(' ')) },
  })
  const client = rawClient(harness.port, HANDSHAKE)
  await client.until(/\r\n\r\n/)
  return { client, server: await upstream.connection(0), outcomes, harness }
}

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

describe('a WebSocket on which nobody says anything', () => {
  it('stays open while both sides answer pings, of which neither hears the other’s', async () => {
    const { client, server } = await joined({ webSocketPingMs: 500 })
    answering(client, clientPong, literally(ping))
    answering(server, pong, MASKED_PING)
    await client.until(new RegExp(`(?:${literally(ping)}){3}`))
    await expect.poll(() => heard(server).match(MASKED_PING)?.length).toBeGreaterThan(3)
    client.send(clientText)
    await server.until(/[\s\S]{10}$/)
    await expect.poll(() => heard(server).endsWith(clientText)).toBe(true)
    expect(heard(server).replace(MASKED_PING, '')).toBe(clientText)
    expect(heard(client).replaceAll(ping, '')).toBe('')
  })

  it('whose client does not answer is closed, and the server hears that it went away', async () => {
    const { client, server, outcomes, harness } = await joined({ webSocketPingMs: 500 })
    answering(server, pong, MASKED_PING)
    await Promise.all([client.closed, server.closed])
    expect(heard(client)).toBe(ping + closed(1011, 'no answer to a ping'))
    expect(heard(server)).toMatch(MASKED_1001)
    await expect.poll(() => harness.connections.size).toBe(0)
    await expect.poll(() => outcomes).toEqual(['websocket client_gone'])
  })

  it('whose server does not answer is closed', async () => {
    const { client, server, outcomes } = await joined({ webSocketPingMs: 500 })
    answering(client, clientPong, literally(ping))
    await Promise.all([client.closed, server.closed])
    expect(heard(client).replaceAll(ping, '')).toBe(
      closed(1011, 'the server does not answer pings'),
    )
    await expect.poll(() => outcomes).toEqual(['websocket upstream_timeout'])
  })

  it('whose server is stuck in a frame gets no ping into it', async () => {
    const { client, server } = await joined({ webSocketPingMs: 500 })
    const start = encodeFrame({ fin: true, opcode: 0x2, payload: Buffer.alloc(50, 'x') })
    server.send(start.subarray(0, 20).toString('latin1'))
    await Promise.all([client.closed, server.closed])
    expect(heard(client)).toBe(start.subarray(0, 20).toString('latin1'))
  })

  it('is idle after a while, pings or not', async () => {
    const { client, server, outcomes } = await joined({
      webSocketPingMs: 500,
      webSocketIdleMs: 1_500,
    })
    answering(client, clientPong, literally(ping))
    answering(server, pong, MASKED_PING)
    await Promise.all([client.closed, server.closed])
    expect(heard(client).replaceAll(ping, '')).toBe(closed(1001, 'idle'))
    expect(heard(server)).toMatch(MASKED_1001)
    await expect.poll(() => outcomes).toEqual(['websocket ended'])
  })
})

describe('a pong', () => {
  async function asked() {
    const sides = await joined({ webSocketPingMs: 500 })
    answering(sides.server, pong, MASKED_PING)
    await sides.client.until(new RegExp(`${literally(ping)}$`))
    return sides
  }
  const atServer = ({ server }: { server: RawConnection }): string =>
    heard(server).replace(MASKED_PING, '')

  it('that answers ours is taken out from between other frames', async () => {
    const sides = await asked()
    sides.client.send(clientText + clientPong + clientText)
    await expect.poll(() => atServer(sides)).toBe(clientText + clientText)
  })

  it('that answers another ping passes', async () => {
    const sides = await asked()
    const other = clientFrame('8 bytes.', 0xa) + clientFrame('other', 0xa)
    sides.client.send(other + clientPong)
    await expect.poll(() => atServer(sides)).toBe(other)
  })

  it('that comes when none of ours is out passes', async () => {
    const sides = await joined({ webSocketPingMs: 60_000 })
    sides.client.send(clientPong)
    await expect.poll(() => atServer(sides)).toBe(clientPong)
  })

  it('that comes in pieces passes as one that nobody asked for', async () => {
    const sides = await asked()
    sides.client.socket.setNoDelay(true)
    sides.client.send(clientPong.slice(0, 5))
    await expect.poll(() => count(atServer(sides), clientPong.slice(0, 5))).toBe(1)
    sides.client.send(clientPong.slice(5))
    await expect.poll(() => atServer(sides)).toBe(clientPong)
  })
})

describe('our ping', () => {
  it('is masked for a server, with another key each time', () => {
    const [one, two] = [maskedPing(), maskedPing()]
    expect(one.subarray(0, 2)).toEqual(Buffer.from([0x89, 0x88]))
    const payload = one.subarray(6).map((byte, i) => byte ^ (one[2 + (i % 4)] ?? 0))
    expect(Buffer.from(payload)).toEqual(PAYLOAD)
    expect(one.equals(two)).toBe(false)
  })
})
