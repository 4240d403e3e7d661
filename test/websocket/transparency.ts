import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import type { ServerOptions, WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { encodeFrame } from '../proxy/frames.ts'
import { rawClient } from '../proxy/raw-connection.ts'
import type { Harness } from '../support/forward-harness.ts'
import { openHarness } from '../support/forward-harness.ts'

/**
 * The cases of the Autobahn test suite, each played against an echo server directly and through the
 * gateway: both sides must see the same, byte for byte.
 */
export interface Case {
  /** What the client sends, one write each. */
  readonly writes: readonly Buffer[]
  /** The code in the server's Close frame; 1005 when there is none in it (RFC 6455 §7.1.5). */
  readonly ends: number
}

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d])
const HANDSHAKE =
  'GET /user/ada/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

export interface EchoServer {
  readonly url: string
  readonly port: number
  /** What it saw of each connection, in order, once that is closed. */
  seen(count: number): Promise<readonly (readonly string[])[]>
}

const digest = (data: Buffer): string => createHash('sha1').update(data).digest('hex')

function record(socket: WebSocket, onClosed: (events: string[]) => void): void {
  const events: string[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    events.push(`${isBinary ? 'binary' : 'text'} ${data.length} ${digest(data)}`)
    socket.send(data, { binary: isBinary })
  })
  socket.on('ping', (data) => events.push(`ping ${data.toString('hex')}`))
  socket.on('pong', (data) => events.push(`pong ${data.toString('hex')}`))
  socket.on('error', (error) => events.push(`error ${error.message}`))
  socket.on('close', (code, reason) => {
    events.push(`close ${code} ${reason.toString('hex')}`)
    onClosed(events)
  })
}

export async function openEchoServer(options: ServerOptions = {}): Promise<EchoServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options })
  await once(server, 'listening')
  const sessions: string[][] = []
  server.on('connection', (socket) => record(socket, (events) => sessions.push(events)))
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async seen(count) {
      await expect.poll(() => sessions.length, { timeout: 60_000, interval: 5 }).toBe(count)
      return sessions
    },
  }
}

/** A frame of a client. @param rsv the three reserved bits as a number */
export function frame(opcode: number, payload: Buffer | string = '', fin = true, rsv = 0): Buffer {
  return encodeFrame({
    fin,
    opcode: opcode | (rsv << 4),
    mask: MASK,
    payload: Buffer.from(payload),
  })
}

/** A Close frame of a client; without a code when there is none. */
export function closing(code?: number, reason: Buffer | string = ''): Buffer {
  const bytes = Buffer.alloc(code === undefined ? 0 : 2)
  if (code !== undefined) bytes.writeUInt16BE(code)
  return frame(0x8, Buffer.concat([bytes, Buffer.from(reason)]))
}

/** The same bytes in writes of a size. */
export function chopped(bytes: Buffer, size = 1): Buffer[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size))
}

/** What a client hears behind the handshake, until its connection is closed. */
async function play(port: number, writes: readonly Buffer[]): Promise<Buffer> {
  const client = rawClient(port, HANDSHAKE)
  await client.until(/\r\n\r\n/)
  client.socket.setNoDelay(true)
  for (const write of writes) {
    if (!client.socket.writable) break
    if (!client.socket.write(write))
      await Promise.race([once(client.socket, 'drain'), client.closed])
    if (writes.length > 1) await nextTurn()
  }
  await client.closed
  const heard = Buffer.from(client.text, 'latin1')
  return heard.subarray(heard.indexOf('\r\n\r\n') + 4)
}

/** The code in the Close frame with which bytes of a server end. */
function closeCode(heard: Buffer): number {
  const at = heard.lastIndexOf(0x88)
  return heard.length - at >= 4 ? heard.readUInt16BE(at + 2) : 1005
}

/** Plays a case both ways and compares. */
export async function expectTransparent({ writes, ends }: Case): Promise<Harness> {
  const server = await openEchoServer()
  const harness = await openHarness(server.url)
  const direct = await play(server.port, writes)
  const [expected] = await server.seen(1)
  const passed = await play(harness.port, writes)
  const [, seen] = await server.seen(2)
  expect(seen).toEqual(expected)
  expect(passed.equals(direct)).toBe(true)
  expect(closeCode(direct)).toBe(ends)
  await expect.poll(() => harness.connections.size, { timeout: 60_000, interval: 5 }).toBe(0)
  return harness
}
