import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RawData } from 'ws'
import { WebSocket, WebSocketServer } from 'ws'
import { ENDINGS } from '../../src/proxy/endings.ts'
import { openHarness } from '../support/forward-harness.ts'
import type { Frame } from './frames.ts'
import { chunkSizes, chunksOf, encodeFrame, serverFrames } from './frames.ts'

/** What an independent implementation makes of a WebSocket that is closed. */

describe('closed at any moment', () => {
  interface Sides {
    client: WebSocket
    server: WebSocket
    /** Below the server's WebSocket, for frames in any chunks. */
    wire: Socket
    /** Bytes that the client had received when it was open. */
    before: number
    errors: Error[]
  }

  const below = (socket: WebSocket): Socket => (socket as unknown as { _socket: Socket })._socket

  async function open(upstream: WebSocketServer, url: string): Promise<Sides> {
    const errors: Error[] = []
    const client = new WebSocket(`${url.replace('http', 'ws')}/user/ada/x`)
    client.on('error', (error) => errors.push(error))
    const opened = once(client, 'open')
    const [server] = (await once(upstream, 'connection')) as [WebSocket]
    server.on('error', (error) => errors.push(error))
    await opened
    return { client, server, wire: below(server), before: below(client).bytesRead, errors }
  }

  async function closeOf(socket: WebSocket): Promise<number> {
    const [code] = (await once(socket, 'close')) as [number]
    return code
  }

  function messagesOf(frames: readonly Frame[]): string[] {
    const messages: Buffer[][] = []
    for (const { opcode, payload } of frames) {
      if (opcode === 0x2) messages.push([])
      if (opcode <= 0x2) messages.at(-1)?.push(payload)
    }
    return messages.map((parts) => Buffer.concat(parts).toString('hex'))
  }

  const heardBy = (socket: WebSocket): string[] => {
    const heard: string[] = []
    socket.on('message', (data: RawData) => heard.push((data as Buffer).toString('hex')))
    return heard
  }

  /** The server sends the chunks and the client a message with each, numbered by its length. */
  async function talk({ client, wire }: Sides, chunks: Buffer[], first: number): Promise<void> {
    for (const [i, chunk] of chunks.entries()) {
      if (wire.writable) wire.write(chunk)
      if (client.readyState === WebSocket.OPEN) client.send(numbered(first + i))
      if (i % 3 === 0) await nextTurn()
    }
  }

  async function received({ client, before }: Sides, chunks: readonly Buffer[]): Promise<void> {
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, before)
    while (below(client).bytesRead < bytes) await nextTurn()
  }

  const numbered = (i: number): Buffer => Buffer.alloc(1 + i, i)

  it('both sides hear whole messages in order, then a Close frame, and no garbage', async () => {
    const upstream = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    await once(upstream, 'listening')
    onTestFinished(() => upstream.close())
    const harness = await openHarness(
      `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
    )
    await fc.assert(
      fc.asyncProperty(
        serverFrames,
        chunkSizes,
        fc.nat(),
        fc.boolean(),
        async (frames, sizes, moment, settle) => {
          const sides = await open(upstream, harness.url)
          const { client, server, errors } = sides
          const [heard, heardByServer] = [heardBy(client), heardBy(server)]
          const ends = Promise.all([closeOf(client), closeOf(server)])
          const chunks = chunksOf(Buffer.concat(frames.map(encodeFrame)), sizes)
          const pivot = moment % chunks.length
          await talk(sides, chunks.slice(0, pivot), 0)
          if (settle) await received(sides, chunks.slice(0, pivot))
          harness.connections.closeByServer('ada/', ENDINGS.revoked)
          await talk(sides, chunks.slice(pivot), pivot)
          const [code, serverCode] = await ends
          expect(code).toBe(1008)
          expect([1001, 1006]).toContain(serverCode)
          expect(errors).toEqual([])
          expect(messagesOf(frames).slice(0, heard.length)).toEqual(heard)
          for (const [i, message] of heardByServer.entries()) {
            expect(message).toBe(numbered(i).toString('hex'))
          }
        },
      ),
      // Shrinking would open thousands of connections.
      { numRuns: 60, endOnFailure: true },
    )
    await expect.poll(() => harness.connections.size).toBe(0)
  }, 120_000)
})
