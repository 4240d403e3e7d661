// P44, P48, P49: a client that goes away, at whatever moment and in whatever manner, ends what it
// began at the server, and leaves nothing: no connection, no exchange, no place under a limit.
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RawConnection } from '../proxy/raw-connection.ts'
import { eventually } from '../support/gateway-process.ts'
import { RedisServer } from '../support/redis.ts'
import {
  chunkedUpload,
  expectEnded,
  expectError,
  heard,
  stepwise,
  upload,
  withoutTrace,
} from './support/fault-table.ts'
import { Gate, withinPatience } from './support/gate.ts'
import { allResponses } from './support/messages.ts'
import { QUIET_CONFIG } from './support/quiet.ts'
import { withToken } from './support/tables.ts'
import { fromClient, fromServer, switching, UPGRADE, upgradeWith } from './support/websocket.ts'

const HEAD_END = /\r\n\r\n/
const LONG = 'HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n'
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const UNTIL_CLOSE = 'HTTP/1.1 200 OK\r\n\r\n'
/** What no chain of buffers takes. */
const MUCH = 'x'.repeat(64_000_000)
/** How much of it is sent at a time. */
const PIECE = 1_000_000
/** After so long without a piece that was taken, none is expected to be, in milliseconds. */
const STUCK_MS = 300
const MUCH_IN_A_FRAME = `\x82\x7f\0\0\0\0\x03\xd0\x90\0${MUCH}`

/** A leak would use them up within a few tests. */
const REQUESTS = 6
const WEBSOCKETS = 3
const LIMITS = {
  connections: 60,
  connections_per_address: 30,
  requests_per_user: REQUESTS,
  requests_per_server: REQUESTS + 2,
  websockets_per_user: WEBSOCKETS,
  websockets_per_server: WEBSOCKETS + 1,
}

const HTTP_GONE = { 'http client_gone': 1 }
const WS_GONE = { 'websocket client_gone': 1 }

let gate: Gate

const get = (): string => gate.plain('/user/ada/x')
const kept = (target = '/user/ada/x'): string =>
  gate.plain(target).replace('Connection: close\r\n', '')
const ws = (): string => withToken(gate, upgradeWith(UPGRADE))

/** Part of a form for the hub. */
function login(body: string): string {
  const form = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n${body}`
  return `POST /hub/login HTTP/1.1\r\nHost: h\r\n${form}`
}

/** Ways to go. A connection that is half closed may still be answered. */
const WAYS: [name: string, go: (client: RawConnection) => void][] = [
  ['is reset', ({ socket }) => socket.resetAndDestroy()],
  ['is closed', ({ socket }) => socket.destroy()],
  ['is half closed', ({ socket }) => socket.end()],
]

/** Sent, and read by the gateway, but nothing for a server yet. */
const unheard = (bytes: () => string) => async (): Promise<RawConnection> => {
  const client = gate.client(bytes())
  await gate.settle('bob/')
  expect(gate.at('ada/').bytes).toBe('')
  return client
}

/** Sent, and the server has what it is to have, and does not answer. */
const asked = (bytes: () => string, pattern: RegExp) => async (): Promise<RawConnection> => {
  gate.at('ada/').answers(() => null)
  const client = gate.client(bytes())
  await heard(gate, pattern)
  return client
}

/** The server has answered so far. */
const answered =
  (bytes: () => string, steps: readonly string[]) => async (): Promise<RawConnection> =>
    (await stepwise(gate, bytes(), steps)).client

/** The client has stopped reading, and the server is not read from any more. */
const stuffed =
  (bytes: () => string, first: string, more: string) => async (): Promise<RawConnection> => {
    const { client, socket } = await stepwise(gate, bytes(), [first])
    client.socket.pause()
    await overfill(socket, more)
    return client
  }

/** Asserts that of what is sent no more is taken at some time, though there is more. */
async function overfill(socket: Socket, bytes: string): Promise<void> {
  let taken = 0
  const send = (): void => {
    const piece = bytes.slice(taken, taken + PIECE)
    socket.write(piece, 'latin1', (error) => {
      taken += piece.length
      if (!error && taken < bytes.length) send()
    })
  }
  send()
  for (let before = -1; before !== taken; ) {
    before = taken
    await delay(STUCK_MS)
  }
  expect(taken).toBeLessThan(bytes.length)
}

describe('a connection', () => {
  beforeAll(async () => {
    gate = await Gate.open(['ada/', 'bob/'], { ...QUIET_CONFIG, limits: LIMITS })
  }, 120_000)
  afterAll(() => gate[Symbol.asyncDispose]())
  beforeEach(() => gate.reset())

  const NONE = {}
  describe.each<
    [moment: string, reach: () => Promise<RawConnection>, ended: Record<string, number>]
  >([
    ['before a byte', unheard(() => ''), NONE],
    ['behind an empty line', unheard(() => '\r\n'), NONE],
    ['within the request line', unheard(() => 'GET /user/ada/x'), NONE],
    ['within the head', unheard(() => get().slice(0, -2)), NONE],
    ['within the head of an upload', unheard(() => upload(gate, 10, 0).slice(0, -2)), NONE],
    ['within the head of a WebSocket', unheard(() => ws().slice(0, -2)), NONE],
    ['within a body for the hub', unheard(() => login('user')), NONE],

    ['that waits for an answer', asked(get, HEAD_END), HTTP_GONE],
    ['behind the head of an upload', asked(() => upload(gate, 100, 0), HEAD_END), HTTP_GONE],
    [
      'behind a leave to go on',
      asked(
        () => upload(gate, 100, 0).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'),
        HEAD_END,
      ),
      HTTP_GONE,
    ],
    ['within an upload', asked(() => upload(gate, 300_000, 150_000), /u{150000}/), HTTP_GONE],
    ['before the last byte of an upload', asked(() => upload(gate, 10, 9), /u{9}/), HTTP_GONE],
    ['behind an upload', asked(() => upload(gate, 300_000), /u{300000}/), HTTP_GONE],
    ['between chunks', asked(() => chunkedUpload(gate, 2000), /(?:u{1000}[^u]*){2}/), HTTP_GONE],
    ['within a chunk', asked(() => `${chunkedUpload(gate, 1000)}3e8\r\nhalf`, /half/), HTTP_GONE],
    ['within a chunk’s size', asked(() => `${chunkedUpload(gate, 1000)}3e`, /u{1000}/), HTTP_GONE],
    [
      'within the last chunk',
      asked(() => `${chunkedUpload(gate, 1000)}0\r\n`, /u{1000}/),
      HTTP_GONE,
    ],
    [
      'within a trailer',
      asked(() => `${chunkedUpload(gate, 1000)}0\r\nX-A: b`, /u{1000}/),
      HTTP_GONE,
    ],

    ['behind the head of an answer', answered(get, [LONG]), HTTP_GONE],
    ['within an answer', answered(get, [LONG, 'half']), HTTP_GONE],
    ['within an answer in chunks', answered(get, [CHUNKED, '4\r\nhalf\r\n']), HTTP_GONE],
    ['within an answer without a length', answered(get, [UNTIL_CLOSE, 'half']), HTTP_GONE],
    ['that does not read an answer', stuffed(get, LONG, MUCH), HTTP_GONE],

    ['that waits for a WebSocket', asked(ws, HEAD_END), WS_GONE],
    [
      'that does not wait for a WebSocket',
      asked(() => ws() + fromClient('early'), HEAD_END),
      WS_GONE,
    ],
    ['of a WebSocket', answered(ws, [switching()]), WS_GONE],
    ['of a WebSocket behind frames', answered(ws, [switching() + fromServer('hello')]), WS_GONE],
    [
      'of a WebSocket within its server’s frame',
      answered(ws, [switching(), '\x81\x7ehalf']),
      WS_GONE,
    ],
    ['of a WebSocket that does not read', stuffed(ws, switching(), MUCH_IN_A_FRAME), WS_GONE],
    ['of a WebSocket within its own frame', frame(fromClient('a message').slice(0, -4)), WS_GONE],
    ['of a WebSocket behind its Close frame', frame('\x88\x80\0\0\0\0'), { 'websocket whole': 1 }],

    [
      'with requests in a row',
      asked(() => kept().repeat(3), /(?:GET (?:.+\r\n)+\r\n){3}/),
      { 'http client_gone': 3 },
    ],
    [
      'with half a request behind one',
      asked(() => kept() + get().slice(0, -2), HEAD_END),
      HTTP_GONE,
    ],
    ['with garbage behind a request', asked(() => `${kept()}\0\0`, HEAD_END), HTTP_GONE],
    ['with a WebSocket behind a request', asked(() => kept() + ws(), HEAD_END), HTTP_GONE],
  ])('%s', (_, reach, ended) => {
    it.each(WAYS)('%s', async (__, go) => {
      const seen = await withoutTrace(gate, async () => {
        const client = await reach()
        go(client)
        // One that was half closed is closed by the gateway, who has nothing more to say.
        client.socket.resume()
        await withinPatience(client)
      })
      if (!('websocket whole' in ended)) expectEnded(seen, ended)
      // The answer to its Close frame was under way.
      else expect(Object.keys(seen).join()).toMatch(/websocket (?:whole|client_gone)/)
    })
  })

  /** Sends bytes over a WebSocket that is open. */
  function frame(bytes: string): () => Promise<RawConnection> {
    return async () => {
      const { client } = await stepwise(gate, ws(), [switching()])
      const before = gate.at('ada/').bytes.length
      client.send(bytes)
      await eventually('it arrives', () => gate.at('ada/').bytes.length === before + bytes.length)
      return client
    }
  }

  it('that is half closed and does not read is gone when it is reset', async () => {
    const ended = await withoutTrace(gate, async () => {
      const client = await stuffed(get, LONG, MUCH)()
      client.socket.end()
      await gate.settle('bob/')
      client.socket.resetAndDestroy()
    })
    expectEnded(ended, HTTP_GONE)
  })

  it('of a WebSocket that is not open yet is not read from for long', async () => {
    const ended = await withoutTrace(gate, async () => {
      const client = await asked(ws, HEAD_END)()
      await overfill(client.socket, MUCH)
      gate.at('ada/').latest?.destroy()
      await client.until(/^HTTP\/1\.1 502 /)
      client.socket.destroy()
    })
    expectEnded(ended, { 'websocket upstream_failed': 1 })
  })

  it.each(WAYS)('%s at any moment', async (_, go) => {
    const ended = await withoutTrace(gate, async () => {
      gate.at('ada/').answers(() => null)
      for (const bytes of [get(), upload(gate, 100_000), ws(), kept().repeat(2)]) {
        for (let turns = 0; turns < 8; turns++) {
          const client = gate.client(bytes)
          for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
          go(client)
          await withinPatience(client)
        }
      }
    })
    const {
      'http whole': __,
      'http client_gone': ___,
      'websocket client_gone': ____,
      ...others
    } = ended
    expect(others).toEqual({})
  })

  it('nobody has taken a place under a limit for good', async () => {
    const ended = await withoutTrace(gate, async () => {
      gate.at('ada/').answers(() => null)
      const clients = Array.from({ length: REQUESTS }, () => gate.client(get()))
      const sockets = Array.from({ length: WEBSOCKETS }, () => gate.client(ws()))
      await eventually(
        'all are under way',
        () => gate.at('ada/').requests.length === REQUESTS + WEBSOCKETS,
      )
      for (const bytes of [get(), ws()]) await expectError(gate.client(bytes), 429)
      for (const { socket } of [...clients, ...sockets]) socket.destroy()
    })
    expectEnded(ended, {
      'http client_gone': REQUESTS,
      'websocket client_gone': WEBSOCKETS,
    })
  })
})

describe('a slow client', () => {
  beforeAll(async () => {
    gate = await Gate.open(['ada/', 'bob/'], {
      listen: { keep_alive_timeout: 1, head_timeout: 1, body_timeout: 1 },
      proxy: { idle_timeout: 1.2 },
      limits: LIMITS,
    })
  }, 120_000)
  afterAll(() => gate[Symbol.asyncDispose]())
  beforeEach(() => gate.reset())

  /** Sends a byte now and then until the connection is closed or all is sent. */
  async function drip(client: RawConnection, bytes: string): Promise<void> {
    for (const byte of bytes) {
      if (!client.socket.writable) return
      client.send(byte)
      await delay(100)
    }
  }

  it('that sends a head byte by byte is refused', async () => {
    const ended = await withoutTrace(gate, async () => {
      const client = gate.client('')
      await Promise.all([drip(client, get()), expectError(client, 408)])
      expect(gate.at('ada/').bytes).toBe('')
    })
    expectEnded(ended, {})
  })

  it.each<[name: string, bytes: string]>([
    ['sends nothing', ''],
    ['sends nothing more', 'GET /user/ada/x HTTP/1.1\r\n'],
  ])('that %s is closed', async (_, bytes) => {
    const ended = await withoutTrace(gate, async () => {
      await withinPatience(gate.client(bytes))
    })
    expectEnded(ended, {})
  })

  it('that sends a form byte by byte is cut off by the hub', async () => {
    const ended = await withoutTrace(gate, async () => {
      const client = gate.client(login(''))
      await Promise.all([drip(client, 'x'.repeat(100)), expectError(client, 408)])
    })
    expectEnded(ended, {})
  })

  it.each<[name: string, head: string, rest: string]>([
    ['with a length', 'Content-Length: 16', 'u'.repeat(16)],
    ['in chunks', 'Transfer-Encoding: chunked', `${'1\r\nu\r\n'.repeat(2)}0\r\n\r\n`],
  ])('may upload byte by byte %s', async (_, head, rest) => {
    const ended = await withoutTrace(
      gate,
      async () => {
        const client = gate.client(gate.plain('/user/ada/x', head).replace('GET', 'POST'))
        await drip(client, rest)
        await withinPatience(client)
        expect(allResponses(client.text).map(({ body }) => body)).toEqual(['ok'])
        expect(gate.at('ada/').requests[0]?.body).toMatch(/^u+$/)
      },
      true,
    )
    expectEnded(ended, {})
  })

  it('that stops in an upload is told so', async () => {
    const ended = await withoutTrace(gate, async () => {
      gate.at('ada/').answers(() => null)
      await expectError(gate.client(upload(gate, 1000, 500)), 504)
    })
    expect(Object.keys(ended).join()).toMatch(/^http (?:upstream_timeout|ended)$/)
  })

  it.each<[name: string, first: string, more: string]>([
    ['an answer', LONG, MUCH],
    ['an answer in chunks', CHUNKED, `${MUCH.length.toString(16)}\r\n${MUCH}\r\n`],
  ])('that does not read %s is cut off', async (_, first, more) => {
    const ended = await withoutTrace(gate, async () => {
      await stuffed(get, first, more)()
    })
    expectEnded(ended, { 'http ended': 1 })
  })
})

describe('while it is looked up who asks for what', () => {
  let redis: RedisServer
  const OTHERS = 30

  beforeAll(async () => {
    redis = await RedisServer.start()
    gate = await Gate.open(['ada/', 'bob/'], {
      ...QUIET_CONFIG,
      store: redis.url(),
      limits: { ...LIMITS, connections: 0, connections_per_address: 0 },
    })
  }, 120_000)
  afterAll(async () => {
    await gate[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })
  beforeEach(() => gate.reset())

  it.each(WAYS)('a connection that %s: nothing is asked of the server', async (_, go) => {
    const ended = await withoutTrace(gate, async () => {
      gate.at('ada/').answers(() => null)
      const clients: RawConnection[] = []
      const tokens: string[] = []
      for (let i = 0; i < OTHERS; i++) {
        tokens.push(await gate.gateway.token('ada', ['access:servers!server=ada/']))
      }
      await gate.settle('bob/')
      redis.pause()
      try {
        for (const [i, token] of tokens.entries()) {
          const all = [get(), upload(gate, 1000), upload(gate, 1000, 500), ws(), kept().repeat(2)]
          const bytes = all[i % all.length] ?? ''
          clients.push(gate.client(bytes.replaceAll(gate.tokenOf('ada/'), token)))
        }
        await gate.settle('bob/')
        for (const client of clients) go(client)
        await gate.settle('bob/')
      } finally {
        redis.resume()
      }
      for (const client of clients) await withinPatience(client)
      await gate.settle('bob/')
      expect(gate.at('ada/').bytes).toBe('')
    })
    // Ours alone.
    expect(ended).toEqual({ 'http whole': 4 })
  })

  it('a client is told when that cannot be found out, of a WebSocket too', async () => {
    const token = await gate.gateway.token('ada', ['access:servers!server=ada/'])
    await redis.kill()
    for (const bytes of [get(), ws()]) {
      await expectError(gate.client(bytes.replace(gate.tokenOf('ada/'), token)), 503)
    }
    expect(gate.at('ada/').bytes).toBe('')
  })
})
