import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Traffic } from '../../src/metrics/traffic.ts'
import { ENDINGS } from '../../src/proxy/endings.ts'
import { openHarness } from '../support/forward-harness.ts'
import { encodeFrame } from './frames.ts'
import type { RawConnection } from './raw-connection.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'

const HANDSHAKE =
  'GET /user/ada/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n'

const MESSAGE = encodeFrame({
  fin: true,
  opcode: 0x2,
  payload: Buffer.alloc(32 * 1024 * 1024, 'x'),
})
const digest = (data: Buffer): string => createHash('sha1').update(data).digest('hex')
const CLOSE = encodeFrame({ fin: true, opcode: 0x8, payload: Buffer.from([3, 232]) })

/** Counts what is told, by its name. */
class Tally implements Traffic {
  readonly told: string[] = []
  readonly open = { client: 0, upstream: 0, websocket: 0 }

  socketOpened(kind: 'client' | 'upstream' | 'websocket'): void {
    this.open[kind]++
  }
  socketClosed(kind: 'client' | 'upstream' | 'websocket'): void {
    this.open[kind]--
  }
  upstreamConnected(duration: number): void {
    this.told.push(duration >= 0 ? 'connected' : 'negative')
  }
  firstByte(duration: number): void {
    this.told.push(duration >= 0 ? 'first byte' : 'negative')
  }
  exchangeEnded(kind: 'http' | 'websocket', outcome: string): void {
    this.told.push(`${kind} ${outcome}`)
  }
  rejected(reason: string): void {
    this.told.push(`rejected ${reason}`)
  }
}

async function counted(answer: string | null = SWITCHED) {
  const upstream = await rawUpstream((connection) => {
    if (answer !== null) connection.send(answer)
  })
  const harness = await openHarness(upstream.url, { timeouts: { firstByteMs: 500 } })
  const tally = new Tally()
  Object.assign(harness.passage.proxy, { traffic: tally })
  const client = rawClient(harness.port, HANDSHAKE)
  const server = await upstream.connection(0)
  return { client, server, tally, harness }
}

async function joined() {
  const sides = await counted()
  await sides.client.until(/\r\n\r\n/)
  return sides
}

type Sides = Awaited<ReturnType<typeof joined>>

describe('a message for a side that reads slowly', () => {
  it.each<[string, (sides: Sides) => [RawConnection, RawConnection]]>([
    ['the client', ({ client, server }) => [server, client]],
    ['the server', ({ client, server }) => [client, server]],
  ])(
    'is held back, and comes whole: %s',
    async (_, pick) => {
      const [from, to] = pick(await joined())
      to.socket.pause()
      from.socket.write(MESSAGE)
      // Far less than the message fits into the buffers on the way: the sender has to keep the rest.
      await delay(200)
      expect(from.socket.writableLength).toBeGreaterThan(0)
      to.socket.resume()
      const before = to.text.indexOf('\r\n\r\n') + 4
      await expect
        .poll(() => to.socket.bytesRead - before, { timeout: 60_000 })
        .toBe(MESSAGE.length)
      await expect.poll(() => to.text.length - before, { timeout: 60_000 }).toBe(MESSAGE.length)
      expect(digest(Buffer.from(to.text.slice(before), 'latin1'))).toBe(digest(MESSAGE))
    },
    120_000,
  )
})

describe('what is counted of a WebSocket', () => {
  it('is open while it is', async () => {
    const { client, tally } = await joined()
    expect(tally.open).toEqual({ client: 0, upstream: 1, websocket: 1 })
    client.socket.end(CLOSE)
    await expect
      .poll(() => tally.open, { timeout: 60_000 })
      .toEqual({ client: 0, upstream: 0, websocket: 0 })
  })

  it.each<[string, string | null, (sides: Sides) => void]>([
    ['whole', SWITCHED, ({ client }) => client.socket.end(CLOSE)],
    ['whole', SWITCHED, ({ server }) => server.socket.end(CLOSE)],
    ['client_gone', SWITCHED, ({ client }) => client.socket.resetAndDestroy()],
    ['client_gone', null, ({ client }) => client.socket.resetAndDestroy()],
    ['upstream_failed', SWITCHED, ({ server }) => server.socket.resetAndDestroy()],
    ['upstream_failed', null, ({ server }) => server.socket.resetAndDestroy()],
    ['upstream_failed', 'nonsense\r\n\r\n', () => undefined],
    ['upstream_timeout', null, () => undefined],
    [
      'ended',
      SWITCHED,
      ({ harness }) => harness.connections.closeByServer('ada/', ENDINGS.revoked),
    ],
    ['ended', null, ({ harness }) => harness.connections.closeByServer('ada/', ENDINGS.revoked)],
    ['whole', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n', () => undefined],
  ])('is that it ended %s', async (outcome, answer, act) => {
    const sides = await counted(answer)
    const { client, server, tally } = sides
    if (answer === SWITCHED) await client.until(/\r\n\r\n/)
    else await server.until(/\r\n\r\n/)
    act(sides)
    await expect.poll(() => tally.told.at(-1), { timeout: 60_000 }).toBe(`websocket ${outcome}`)
    expect(tally.told.filter((one) => one.startsWith('websocket'))).toHaveLength(1)
    expect(tally.told[0]).toBe('connected')
    await expect
      .poll(() => tally.open, { timeout: 60_000 })
      .toEqual({ client: 0, upstream: 0, websocket: 0 })
  })
})
