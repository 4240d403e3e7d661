// Which memory a server's connection reads into, and what becomes of that which is written to it.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BodyWriter } from '../../src/proxy/upstream/body-writer.ts'
import type { BytesListener } from '../../src/proxy/upstream/open-socket.ts'
import { endpointOf, openSocket } from '../../src/proxy/upstream/open-socket.ts'
import type { RawConnection } from './raw-connection.ts'
import { rawUpstream } from './raw-connection.ts'

const BODY = randomBytes(8_000_000)

interface Reading {
  /** What was handed on, as it is now. */
  kept: Buffer[]
  /** What it was then. */
  copies: Buffer[]
  /** What each piece was in, of those that were read in a row into memory of the connection's own. */
  runs: ArrayBufferLike[][]
}

/** Of the memory that a large body is read into, in bytes. */
const OWN_SIZE = 256 * 1024
/** A smaller read ends a row of large ones, in bytes. */
const LARGE = 32 * 1024

/** Reads a large body from a server. */
async function read(
  listener: Pick<BytesListener, 'expectsMore' | 'isDoneWith'> & { isDoneWithAtOnce: boolean },
): Promise<Reading> {
  const upstream = await rawUpstream()
  const kept: Buffer[] = []
  const copies: Buffer[] = []
  const runs: ArrayBufferLike[][] = [[]]
  const socket = openSocket(endpointOf(upstream.url), {
    ...listener,
    onBytes: (bytes, isShared) => {
      if (!isShared) kept.push(bytes)
      const isOwn = bytes.buffer.byteLength === OWN_SIZE
      if (isOwn) runs.at(-1)!.push(bytes.buffer)
      if (!isOwn || bytes.length < LARGE) runs.push([])
      copies.push(Buffer.from(bytes))
      return listener.isDoneWithAtOnce
    },
  })
  onTestFinished(() => void socket.destroy())
  const connection = await upstream.connection(0)
  connection.socket.end(BODY)
  await once(socket, 'end')
  expect(Buffer.concat(copies).equals(BODY)).toBe(true)
  return { kept, copies, runs }
}

describe('memory that a large answer is read into', () => {
  it('is not read into again while it is not written', async () => {
    const { kept, runs } = await read({
      expectsMore: true,
      isDoneWith: false,
      isDoneWithAtOnce: false,
    })
    expect(Buffer.concat(kept).equals(BODY)).toBe(true)
    const memories = runs.flat()
    expect(new Set(memories).size).toBe(memories.length)
  })

  it('is left alone when the answer is over and was not written', async () => {
    const { kept } = await read({ expectsMore: false, isDoneWith: true, isDoneWithAtOnce: false })
    expect(kept.every(({ length }) => length > 0)).toBe(true)
  })

  it.each([
    ['at once', true, 1],
    // One is read into while the other is still to be looked after.
    ['before there is more', false, 2],
  ])('is the same again when it is written %s', async (_, isDoneWithAtOnce, count) => {
    let longest = 0
    // How much comes at once is the kernel's business: until some of it came in a row.
    while (longest <= 2 * count) {
      const { runs } = await read({ expectsMore: true, isDoneWith: true, isDoneWithAtOnce })
      for (const run of runs) expect(new Set(run).size).toBeLessThanOrEqual(count)
      longest = Math.max(longest, ...runs.map(({ length }) => length))
    }
  })
})

describe('a body that is written', () => {
  async function open(): Promise<{ writer: BodyWriter; server: RawConnection; pending(): number }> {
    const upstream = await rawUpstream()
    const socket = connect(endpointOf(upstream.url))
    onTestFinished(() => void socket.destroy())
    const server = await upstream.connection(0)
    return { writer: new BodyWriter(socket), server, pending: () => socket.writableLength }
  }

  it('is freed when the server was sent it, and not before', async () => {
    const { writer, server, pending } = await open()
    server.socket.pause()
    writer.begin('PUT / HTTP/1.1\r\n\r\n')
    const pieces: Buffer[] = []
    const size = 64 * 1024
    do pieces.push(Buffer.allocUnsafeSlow(size).fill(pieces.length))
    while (writer.write(pieces.at(-1)!, false) || pieces.length < 100)
    writer.end(false)
    expect(pending()).toBeGreaterThan(0)
    await new Promise(setImmediate)
    expect(pieces[0]).toHaveLength(0)
    expect(pieces.at(-1)).toHaveLength(size)
    const count = pieces.length
    server.socket.resume()
    await expect.poll(() => server.socket.bytesRead, { timeout: 60_000 }).toBe(count * size + 18)
    await expect.poll(() => pieces.every(({ length }) => length === 0)).toBe(true)
    const body = Buffer.from(server.text.slice(18), 'latin1')
    for (let n = 0; n < count; n++) {
      expect(body.subarray(n * size, (n + 1) * size).equals(Buffer.alloc(size, n))).toBe(true)
    }
  })

  it('is held back until there is no more to read, or much of it', async () => {
    const { writer, server, pending } = await open()
    writer.begin('PUT / HTTP/1.1\r\n\r\n')
    writer.write(Buffer.from('one'), true)
    writer.write(Buffer.from('two'), true)
    expect(writer.isHeld).toBe(true)
    expect(await server.until(/two\r\n/)).toBe('PUT / HTTP/1.1\r\n\r\n3\r\none\r\n3\r\ntwo\r\n')
    expect(writer.isHeld).toBe(false)
    writer.write(Buffer.alloc(60_000, 'a'), true)
    expect(pending()).toBeGreaterThan(60_000)
    writer.write(Buffer.alloc(60_000, 'b'), true)
    expect(pending()).toBeLessThan(60_000)
    writer.end(true)
    expect(await server.until(/0\r\n\r\n$/)).toMatch(/\r\nea60\r\na{60000}\r\nea60\r\nb{60000}\r\n/)
  })

  it('goes out at its end at once', async () => {
    const { writer, server, pending } = await open()
    writer.begin('PUT / HTTP/1.1\r\n\r\n')
    await server.until(/\r\n\r\n/)
    writer.write(Buffer.from('one'), true)
    writer.end(true)
    expect(pending()).toBe(0)
    await server.until(/3\r\none\r\n0\r\n\r\n$/)
  })
})
