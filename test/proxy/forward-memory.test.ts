// Memory that bodies pass through is used again as soon as it is written. Whatever is slow: nothing of
// one body gets into another, nothing is lost, and no more of it is held than fits into a few reads.
import { randomBytes, randomInt } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { IncomingMessage, RequestListener } from 'node:http'
import { Agent, request } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Harness } from '../support/forward-harness.ts'
import { openHarness } from '../support/forward-harness.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'
import { httpUpstream, settled } from './streaming.ts'

/** More than all buffers between two sockets, in bytes. */
const HUGE = 96 * 1024 * 1024
/** Most that the gateway may hold of a body in one direction, in bytes. */
const MOST_HELD = 1024 * 1024

async function harnessFor(listener: RequestListener): Promise<Harness> {
  return openHarness(await httpUpstream(listener))
}

/** Pieces of random sizes. */
function* piecesOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; ) {
    const size = randomInt(10) < 7 ? randomInt(1, 3_000) : randomInt(1, 400_000)
    yield body.subarray(at, at + size)
    at += size
  }
}

/** Reads in fits and starts, so that some writes on the way are done at once and others wait. */
async function readSlowly(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) {
    chunks.push(chunk as Buffer)
    if (randomInt(12) === 0) await delay(randomInt(1, 6))
  }
  return Buffer.concat(chunks)
}

const BODIES = [10_000, 40_000, 100_000, 262_144, 700_000, 1_000_000, 3_000_000, 5_000_000].map(
  (size) => randomBytes(size),
)

function bodyOf({ url = '' }: IncomingMessage): Buffer {
  return BODIES[Number(url.slice(url.lastIndexOf('/') + 1))] ?? Buffer.alloc(0)
}

async function call(
  { url }: Harness,
  n: number,
  how: { agent: Agent; upload?: 'sized' | 'chunked' },
): Promise<Buffer> {
  const { agent, upload } = how
  const body = BODIES[n] ?? Buffer.alloc(0)
  const asked = request(`${url}/user/ada/${n}`, { agent, method: upload ? 'PUT' : 'GET' })
  if (upload === 'sized') asked.setHeader('Content-Length', body.length)
  if (upload !== undefined) for (const piece of piecesOf(body)) asked.write(piece)
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return readSlowly(answer)
}

/** Bodies of all sizes one after the other on each of some connections, all of them at once. */
async function eachOverSome(visit: (n: number, agent: Agent) => Promise<void>): Promise<void> {
  const connections = Array.from({ length: 4 }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const order = BODIES.map((_, n) => n).toSorted(() => randomInt(3) - 1)
    for (const n of order) await visit(n, agent)
  })
  await Promise.all(connections)
}

function expectNoError({ outcomes }: Harness): void {
  expect(new Set(outcomes)).toEqual(new Set(['ok']))
}

describe('bodies that pass at the same time', () => {
  it.each(['sized', 'chunked'] as const)('answers, %s, arrive as they were sent', async (kind) => {
    const harness = await harnessFor((message, response) => {
      const body = bodyOf(message)
      if (kind === 'sized') response.setHeader('Content-Length', body.length)
      for (const piece of piecesOf(body)) response.write(piece)
      response.end()
    })
    await eachOverSome(async (n, agent) => {
      const got = await call(harness, n, { agent })
      expect(got.equals(BODIES[n]!)).toBe(true)
    })
    expectNoError(harness)
  })

  it.each(['sized', 'chunked'] as const)(
    'uploads, %s, arrive as they were sent',
    async (upload) => {
      const harness = await harnessFor((message, response) => {
        void readSlowly(message).then((got) => response.end(String(got.equals(bodyOf(message)))))
      })
      await eachOverSome(async (n, agent) => {
        expect((await call(harness, n, { agent, upload })).toString()).toBe('true')
      })
      expectNoError(harness)
    },
  )

  it('echoes arrive as they were sent', async () => {
    const harness = await harnessFor((message, response) => void message.pipe(response))
    await eachOverSome(async (n, agent) => {
      const got = await call(harness, n, { agent, upload: 'chunked' })
      expect(got.equals(BODIES[n]!)).toBe(true)
    })
    expectNoError(harness)
  })

  it('answers arrive as they were sent while others end too early on either side', async () => {
    const harness = await harnessFor((message, response) => {
      const body = bodyOf(message)
      response.setHeader('Content-Length', body.length)
      for (const piece of piecesOf(body)) response.write(piece)
      if (message.headers['x-cut'] === undefined) response.end()
      else response.destroy()
    })
    let isOver = false
    async function disturb(): Promise<void> {
      while (!isOver) {
        const socket = connect(harness.port, '127.0.0.1', () => socket.resume())
        socket.on('error', () => undefined)
        const head = `GET /user/ada/${randomInt(BODIES.length)} HTTP/1.1\r\nHost: h\r\n`
        socket.write(`${head}${randomInt(2) === 0 ? 'X-Cut: 1\r\n' : ''}\r\n`)
        await delay(randomInt(20))
        socket.destroy()
      }
    }
    const disturbed = Promise.all([disturb(), disturb(), disturb()])
    await eachOverSome(async (n, agent) => {
      const got = await call(harness, n, { agent })
      expect(got.equals(BODIES[n]!)).toBe(true)
    }).finally(() => {
      isOver = true
    })
    await disturbed
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('answers to requests that were sent together arrive as they were sent', async () => {
    const harness = await harnessFor((message, response) => {
      const body = bodyOf(message)
      response.setHeader('Content-Length', body.length).end(body)
    })
    const asked = BODIES.map((_, n) => `GET /user/ada/${n} HTTP/1.1\r\nHost: h\r\n\r\n`).join('')
    const client = rawClient(harness.port, asked)
    const total = BODIES.reduce((sum, { length }) => sum + length, 0)
    await expect
      .poll(() => client.socket.bytesRead, { timeout: 60_000 })
      .toBeGreaterThan(total + 100 * BODIES.length)
    let rest = client.text
    for (const body of BODIES) {
      const begin = rest.indexOf('\r\n\r\n') + 4
      expect(rest.slice(begin, begin + body.length) === body.toString('latin1')).toBe(true)
      rest = rest.slice(begin + body.length)
    }
  })
})

describe('what the gateway holds of a body', () => {
  it.each([
    ['of a length', `Content-Length: ${HUGE}\r\n\r\n`, ''],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n', `${(1024 * 1024).toString(16)}\r\n`],
  ])('is little while the client does not read an answer %s', async (_, head, before) => {
    const piece = Buffer.alloc(1024 * 1024 + 2 + before.length, 'x')
    piece.write(before, 'latin1')
    piece.write('\r\n', piece.length - 2, 'latin1')
    let sent = 0
    const upstream = await rawUpstream(({ socket, send }) => {
      send.call({ socket }, `HTTP/1.1 200 OK\r\n${head}`)
      const more = (): void => {
        while (sent < HUGE) {
          sent += piece.length
          if (!socket.write(before === '' ? piece.subarray(0, 1024 * 1024) : piece)) return
        }
      }
      socket.on('drain', more)
      more()
    })
    const harness = await openHarness(upstream.url)
    const connected = once(harness.server, 'connection') as Promise<[Socket]>
    rawClient(harness.port, 'GET /user/ada/x HTTP/1.1\r\nHost: h\r\n\r\n').socket.pause()
    const [toClient] = await connected
    await settled(() => sent)
    expect(sent).toBeLessThan(HUGE)
    expect(toClient.writableLength).toBeGreaterThan(0)
    expect(toClient.writableLength).toBeLessThan(MOST_HELD)
  })

  it.each([
    ['of a length', `Content-Length: ${HUGE}\r\n\r\n`, ''],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n', '400\r\n'],
  ])('is little while the server does not read a request %s', async (_, head, before) => {
    const upstream = await rawUpstream(({ socket }) => socket.pause())
    const toServer: Socket[] = []
    const seen = (message: unknown): void => {
      const { socket } = message as { socket: Socket }
      if (upstream.url.endsWith(`:${socket.remotePort}`)) toServer.push(socket)
      socket.once('connect', () => {
        if (upstream.url.endsWith(`:${socket.remotePort}`)) toServer.push(socket)
      })
    }
    channel('net.client.socket').subscribe(seen)
    onTestFinished(() => void channel('net.client.socket').unsubscribe(seen))
    const harness = await openHarness(upstream.url)
    const { socket } = rawClient(harness.port, `PUT /user/ada/x HTTP/1.1\r\nHost: h\r\n${head}`)
    const piece = Buffer.from(
      `${before}${'x'.repeat(1024)}${before === '' ? '' : '\r\n'}`.repeat(64),
    )
    let sent = 0
    const more = (): void => {
      while (sent < HUGE) {
        sent += piece.length
        if (!socket.write(piece)) return
      }
    }
    socket.on('drain', more)
    more()
    await settled(() => sent)
    expect(sent).toBeLessThan(HUGE)
    expect(toServer).toHaveLength(1)
    expect(toServer[0]!.writableLength).toBeGreaterThan(0)
    expect(toServer[0]!.writableLength).toBeLessThan(MOST_HELD)
  })
})
