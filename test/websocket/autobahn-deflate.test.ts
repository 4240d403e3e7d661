import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PerMessageDeflateOptions } from 'ws'
import { WebSocket } from 'ws'
import { openHarness } from '../support/forward-harness.ts'
import { openEchoServer } from './transparency.ts'

/** Sections 12 and 13: what client and server negotiate and compress passes untouched. */

interface Played {
  extensions: string
  messages: string[]
  /** Bytes of the server, without its handshake. */
  bytes: number
}

const below = (socket: WebSocket): Socket => (socket as unknown as { _socket: Socket })._socket

function texts(size: number, count: number): string[] {
  const words = JSON.stringify({ cell: 'print("Hello, world!")', n: 42, list: [1, 2, 3] })
  return Array.from({ length: count }, (_, i) =>
    `${i} ${words}`.repeat(1 + Math.ceil(size / words.length)).slice(0, size),
  )
}

async function play(
  port: number,
  options: PerMessageDeflateOptions,
  sent: readonly string[],
): Promise<Played> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/user/ada/x`, {
    perMessageDeflate: { threshold: 0, ...options },
    generateMask: (mask) => mask.fill(7),
  })
  onTestFinished(() => client.terminate())
  await once(client, 'open')
  const before = below(client).bytesRead
  const messages: string[] = []
  const all = new Promise<void>((resolve, reject) => {
    client.on('message', (data: Buffer) => {
      if (messages.push(data.toString()) === sent.length) resolve()
    })
    client.on('close', () => reject(new Error('closed early')))
  })
  for (const text of sent) client.send(text)
  await all
  const { extensions } = client
  const bytes = below(client).bytesRead - before
  client.close(1000)
  await once(client, 'close')
  return { extensions, messages, bytes }
}

const SIZES: [number, number][] = [
  [16, 200],
  [256, 200],
  [4096, 50],
  [65_536, 10],
  [131_072, 5],
]

describe.each<[string, PerMessageDeflateOptions, PerMessageDeflateOptions]>([
  ['with what both like', {}, {}],
  [
    'without context on either side',
    {},
    { clientNoContextTakeover: true, serverNoContextTakeover: true },
  ],
  ['with a window of 9 bits for the server', { serverMaxWindowBits: 9 }, {}],
  ['with windows of 15 bits', { serverMaxWindowBits: 15, clientMaxWindowBits: 15 }, {}],
  [
    'with a window of 9 bits for the client',
    { clientMaxWindowBits: 9 },
    { clientMaxWindowBits: 9 },
  ],
])('12, 13: compressed %s', (_, offered, wanted) => {
  it.each(SIZES)('texts of %i bytes, %i of them', async (size, count) => {
    const server = await openEchoServer({ perMessageDeflate: { threshold: 0, ...wanted } })
    const { port } = await openHarness(server.url)
    const sent = texts(size, count)
    const direct = await play(server.port, offered, sent)
    const passed = await play(port, offered, sent)
    expect(direct.extensions).toMatch(/^permessage-deflate/)
    expect(direct.messages).toEqual(sent)
    expect(passed).toEqual(direct)
    const [expected, seen] = await server.seen(2)
    expect(seen).toEqual(expected)
  })
})
