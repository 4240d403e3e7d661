// P49: whatever a server does to its connection ends one request, with an answer that says so or a cut
// that cannot be taken for the end; nobody else notices, and nothing is left.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RawConnection } from '../proxy/raw-connection.ts'
import {
  chunkedUpload,
  expectCut,
  expectEnded,
  expectError,
  OK,
  stepwise,
  upload,
  withoutTrace,
} from './support/fault-table.ts'
import { Gate, withinPatience } from './support/gate.ts'
import { allResponses, statusOf } from './support/messages.ts'
import { QUIET_CONFIG } from './support/quiet.ts'
import { withToken } from './support/tables.ts'
import { fromClient, fromServer, switching, UPGRADE, upgradeWith } from './support/websocket.ts'

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const LONG = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'
const UNTIL_CLOSE = 'HTTP/1.1 200 OK\r\n\r\n'
const HEAD_END = /\r\n\r\n/
const FAILED = { 'http upstream_failed': 1 }

let gate: Gate

const get = (): string => gate.plain('/user/ada/x')
const ws = (): string => withToken(gate, upgradeWith(UPGRADE))
const reset = (socket: Socket): void => {
  socket.resetAndDestroy()
}
const end = (socket: Socket): void => {
  socket.end()
}

/** Does something on a connection as soon as what came on it matches. */
function onMatch(socket: Socket, pattern: RegExp, act: (socket: Socket) => void): void {
  let text = ''
  const look = (data: Buffer): void => {
    text += data.toString('latin1')
    if (!pattern.test(text)) return
    socket.off('data', look)
    act(socket)
  }
  socket.on('data', look)
}

/** The server does this on each connection once what came matches. */
const when = (pattern: RegExp, act: (socket: Socket) => void): void =>
  gate.at('ada/').connects((socket) => onMatch(socket, pattern, act))

/** Steps of an answer, and then the server does the last thing. */
async function endsWith(
  bytes: string,
  steps: readonly string[],
  last: (socket: Socket) => void,
): Promise<RawConnection> {
  const { client, socket } = await stepwise(gate, bytes, steps)
  await gate.settle('bob/')
  last(socket)
  return client
}

/** Takes a port so that connections to it get no answer at all: more wait there already than may. */
async function takingNone(port: number): Promise<AsyncDisposable> {
  const work = `
    const { parentPort, workerData: port } = require('node:worker_threads')
    require('node:net').createServer().listen({ host: '127.0.0.1', port, backlog: 1 }, () => {
      parentPort.postMessage('listening')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const worker = new Worker(work, { eval: true, workerData: port })
  await once(worker, 'message')
  const waiting = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  await Promise.all(waiting.map((socket) => once(socket, 'connect')))
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of waiting) socket.on('error', () => undefined).destroy()
      await worker.terminate()
    },
  }
}

describe('with time enough', () => {
  beforeAll(async () => {
    gate = await Gate.open(['ada/', 'bob/'], QUIET_CONFIG)
  }, 120_000)
  afterAll(() => gate[Symbol.asyncDispose]())
  beforeEach(() => gate.reset())

  const requests: [name: string, bytes: () => string][] = [
    ['a request', get],
    ['an upload', () => upload(gate, 300_000)],
    ['an upload in chunks', () => `${chunkedUpload(gate, 300_000)}0\r\n\r\n`],
  ]

  describe.each([...requests, ['a WebSocket', ws] as [string, () => string]])(
    '%s',
    (name, bytes) => {
      const failed = name === 'a WebSocket' ? { 'websocket upstream_failed': 1 } : FAILED

      it('refused by the server', async () => {
        const ended = await withoutTrace(gate, () =>
          gate.at('ada/').refusing(async () => {
            await expectError(gate.client(bytes()), 502)
          }),
        )
        expectEnded(ended, failed)
      })

      it.each<[name: string, hook: () => void]>([
        ['reset as soon as it is connected', () => gate.at('ada/').connects(reset)],
        ['closed as soon as it is connected', () => gate.at('ada/').connects(end)],
        ['reset within the head', () => when(/^[A-Z]+ /, reset)],
        ['reset behind the head', () => when(HEAD_END, reset)],
        ['closed behind the head', () => when(HEAD_END, end)],
        [
          'reset within the status line',
          () => when(HEAD_END, (socket) => socket.write('HTTP/1.1 2', () => reset(socket))),
        ],
        [
          'closed within the status line',
          () => when(HEAD_END, (socket) => socket.end('HTTP/1.1 2')),
        ],
        ['closed within the head', () => when(HEAD_END, (socket) => socket.end(LONG.slice(0, -6)))],
        [
          'answered with garbage',
          () => when(HEAD_END, (socket) => socket.write('\x16\x03\x01 garbage\r\n\r\n')),
        ],
        [
          'answered with garbage, and reset',
          () => when(HEAD_END, (socket) => socket.write('garbage', () => reset(socket))),
        ],
        [
          'answered with half of a head that is wrong',
          () => when(HEAD_END, (socket) => socket.write('HTTP/1.1 200 OK\r\nX A: b\r\n\r\n')),
        ],
      ])('%s', async (_, hook) => {
        const ended = await withoutTrace(gate, async () => {
          gate.at('ada/').answers(() => null)
          hook()
          const client = gate.client(bytes())
          await gate.settle('bob/')
          await expectError(client, 502)
        })
        expectEnded(ended, failed)
      })
    },
  )

  it.each<[name: string, pattern: RegExp]>([
    ['with the first bytes', /u{10}/],
    ['in the middle', /u{60000}/],
  ])('an upload is cut %s', async (_, pattern) => {
    for (const act of [reset, end]) {
      const ended = await withoutTrace(gate, async () => {
        when(pattern, act)
        await expectError(gate.client(upload(gate, 3_000_000)), 502)
      })
      expectEnded(ended, FAILED)
      gate.reset()
    }
  })

  describe.each([
    ['reset', reset],
    ['closed', end],
  ])('an answer that is %s', (how, act) => {
    it.each<[name: string, steps: string[]]>([
      ['between head and body', [LONG]],
      ['in its body', [LONG, 'half']],
      ['before the last byte', [LONG, '123456789']],
      ['before the first chunk', [CHUNKED]],
      ['in a chunk', [CHUNKED, '5\r\nhal']],
      ['between chunks', [CHUNKED, '4\r\nhalf\r\n']],
      ['before the last chunk', [CHUNKED, '4\r\nhalf\r\n', '4\r\nmore\r\n']],
    ])('%s is cut', async (_, steps) => {
      const ended = await withoutTrace(gate, async () =>
        expectCut(await endsWith(get(), steps, act)),
      )
      expectEnded(ended, FAILED)
    })

    it.each<[name: string, steps: string[], rest: string]>([
      ['in a size', [CHUNKED, '4\r\nhalf\r\n'], '5'],
      ['in the last chunk', [CHUNKED, '4\r\nhalf\r\n'], '0\r\n'],
      ['in a trailer', [CHUNKED, '4\r\nhalf\r\n'], '0\r\nX-A: b'],
      ['behind a wrong size', [CHUNKED, '4\r\nhalf\r\n'], 'xyz\r\n'],
      ['behind a chunk that is too long', [CHUNKED, '4\r\nhalf\r\n'], '2\r\nlong\r\n0\r\n\r\n'],
    ])('%s is cut', async (_, steps, rest) => {
      const ended = await withoutTrace(gate, async () =>
        expectCut(await endsWith(get(), steps, (socket) => socket.write(rest, () => act(socket)))),
      )
      expectEnded(ended, FAILED)
    })

    it('in an upload is cut', async () => {
      const ended = await withoutTrace(gate, async () => expectCut(await upTo('half', () => act)))
      expectEnded(ended, FAILED)
    })

    it('without a length is as long as it is', async () => {
      const ended = await withoutTrace(gate, async () => {
        const client = await endsWith(get(), [UNTIL_CLOSE, 'half'], act)
        if (how === 'reset') return expectCut(client)
        await withinPatience(client)
        expect(allResponses(client.text).map(({ body }) => body)).toEqual(['half'])
      })
      expectEnded(ended, how === 'reset' ? FAILED : {})
    })
  })

  /** Half of an answer in the middle of an upload, which never ends. */
  async function upTo(body: string, act: () => (socket: Socket) => void): Promise<RawConnection> {
    let socket: Socket | undefined
    when(/u{100}/, (one) => {
      socket = one
      one.write(LONG + body)
    })
    const client = gate.client(upload(gate, 3_000_000, 1_000_000))
    await client.until(/half$/)
    act()(socket!)
    return client
  }

  it.each<[name: string, act: (socket: Socket) => void]>([
    ['goes on reading', () => undefined],
    ['stops reading', (socket) => socket.pause()],
    ['closes', (socket) => socket.end()],
  ])('a server that answers early and %s: the answer is passed on', async (_, act) => {
    for (const bytes of [upload(gate, 3_000_000), `${chunkedUpload(gate, 3_000_000)}0\r\n\r\n`]) {
      const ended = await withoutTrace(gate, async () => {
        when(/u{100}/, (socket) => {
          socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig')
          act(socket)
        })
        const client = gate.client(bytes)
        await withinPatience(client)
        expect(allResponses(client.text).map((one) => [statusOf(one), one.body])).toEqual([
          [413, 'big'],
        ])
      })
      expectEnded(ended, {})
      gate.reset()
    }
  })

  it('many at once fail each for itself', async () => {
    const ended = await withoutTrace(
      gate,
      async () => {
        gate.at('ada/').answers(({ target }, socket) => {
          if (target.endsWith('0')) return OK
          socket.resetAndDestroy()
          return null
        })
        const clients = Array.from({ length: 50 }, (_, i) =>
          gate.client(gate.plain(`/user/ada/${i}`)),
        )
        for (const [i, client] of clients.entries()) {
          if (i % 10 !== 0) await expectError(client, 502)
          else {
            await withinPatience(client)
            expect(allResponses(client.text).map(({ body }) => body)).toEqual(['ok'])
          }
        }
      },
      true,
    )
    expect(ended).toEqual({ 'http upstream_failed': 45, 'http whole': 5 })
  })

  describe('a WebSocket', () => {
    const LOST = '\x03\xf4the server closed the connection'

    it.each([
      ['reset', reset],
      ['closed', end],
    ])('%s behind a frame is told to its client', async (_, act) => {
      const ended = await withoutTrace(gate, async () => {
        const client = await endsWith(ws(), [switching() + fromServer('hello')], act)
        await withinPatience(client)
        expect(client.text.endsWith(LOST)).toBe(true)
      })
      expectEnded(ended, { 'websocket upstream_failed': 1 })
    })

    it.each([
      ['reset', reset],
      ['closed', end],
    ])('%s within a frame is cut within it', async (_, act) => {
      const ended = await withoutTrace(gate, async () => {
        const half = fromServer('a whole message').slice(0, -8)
        const client = await endsWith(ws(), [switching(), half], act)
        await withinPatience(client)
        expect(client.text.endsWith(half)).toBe(true)
      })
      expectEnded(ended, { 'websocket upstream_failed': 1 })
    })

    it('whose server stops reading is there until its client goes', async () => {
      const ended = await withoutTrace(gate, async () => {
        const client = await endsWith(ws(), [switching()], (socket) => socket.pause())
        const frame = `\x82\xff\0\0\0\0\0\x0f\x42\x40\0\0\0\0${'x'.repeat(1_000_000)}`
        for (let i = 0; i < 10; i++) client.send(frame)
        await gate.settle('bob/')
        client.socket.resetAndDestroy()
        gate.at('ada/').latest?.resume()
      })
      expectEnded(ended, { 'websocket client_gone': 1 })
    })

    it.each<[name: string, answer: string, act: (socket: Socket) => void]>([
      ['half of a 101, and closed', switching().slice(0, -2), end],
      [
        'half of a refusal, and closed',
        'HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nhalf',
        end,
      ],
      [
        'half of a refusal in chunks, and closed',
        'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
        end,
      ],
      [
        'a refusal without end',
        `HTTP/1.1 403 Forbidden\r\nContent-Length: 900000\r\n\r\n${'x'.repeat(900_000)}`,
        () => undefined,
      ],
      [
        'a head without end',
        `HTTP/1.1 101 Switching Protocols\r\n${'X-A: b\r\n'.repeat(30_000)}`,
        () => undefined,
      ],
      [
        'interim answers without end',
        'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000),
        () => undefined,
      ],
    ])('is answered with %s', async (_, answer, act) => {
      const ended = await withoutTrace(gate, async () => {
        const client = await endsWith(ws() + fromClient('early'), [], (socket) => {
          socket.write(answer, 'latin1')
          act(socket)
        })
        await expectError(client, 502)
        expect(gate.at('ada/').bytes).not.toContain('early')
      })
      expect(ended['http whole']).toBe(1)
      expect(Object.keys(ended)).toHaveLength(2)
    })
  })
})

describe('with little time', () => {
  beforeAll(async () => {
    gate = await Gate.open(['ada/', 'bob/'], {
      ...QUIET_CONFIG,
      proxy: {
        connect_timeout: 2,
        first_byte_timeout: 0.6,
        idle_timeout: 0.6,
        websocket_ping_interval: 0.6,
      },
    })
  }, 120_000)
  afterAll(() => gate[Symbol.asyncDispose]())
  beforeEach(() => gate.reset())

  const LATE = { 'http upstream_timeout': 1 }

  it.each<[name: string, bytes: () => string, hook: () => void]>([
    ['never answers', get, () => undefined],
    ['never answers an upload', () => upload(gate, 300_000), () => undefined],
    ['never answers a WebSocket', ws, () => undefined],
    ['never reads', get, () => gate.at('ada/').connects((socket) => socket.pause())],
    [
      'stalls within the status line',
      get,
      () => when(HEAD_END, (socket) => socket.write('HTTP/1.1 2')),
    ],
    [
      'stalls within the head',
      get,
      () => when(HEAD_END, (socket) => socket.write(LONG.slice(0, -2))),
    ],
    [
      'stalls behind an interim answer to a WebSocket',
      ws,
      () => when(HEAD_END, (socket) => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')),
    ],
    [
      'stalls within a refusal of a WebSocket',
      ws,
      () =>
        when(HEAD_END, (socket) =>
          socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nhalf'),
        ),
    ],
  ])('a server that %s: 504', async (_, bytes, hook) => {
    const ended = await withoutTrace(gate, async () => {
      gate.at('ada/').answers(() => null)
      hook()
      await expectError(gate.client(bytes()), 504)
    })
    expect(Object.values(ended)).toEqual([1])
    expect(Object.keys(ended)[0]).toMatch(/^(?:http|websocket) (?:upstream_timeout|ended)$/)
  })

  it.each([
    ['a request', get, 'http upstream_timeout'],
    ['a WebSocket', ws, 'websocket upstream_timeout'],
  ])('a server that takes no connection for %s: 504', async (_, bytes, ended) => {
    const { port } = gate.at('ada/')
    const seen = await withoutTrace(gate, () =>
      gate.at('ada/').refusing(async () => {
        await using _port = await takingNone(port)
        await expectError(gate.client(bytes()), 504)
      }),
    )
    expectEnded(seen, { [ended]: 1 })
  })

  it('a server that reads no upload: 504', async () => {
    const ended = await withoutTrace(gate, async () => {
      gate.at('ada/').connects((socket) => socket.pause())
      await expectError(gate.client(upload(gate, 20_000_000)), 504)
    })
    expect(Object.values(ended)).toEqual([1])
  })

  it('a client that sends no more of an upload: an error, and the end', async () => {
    const ended = await withoutTrace(gate, async () => {
      const client = gate.client(upload(gate, 100_000, 50_000))
      await expectError(client, 504)
    })
    expect(Object.values(ended)).toEqual([1])
  })

  it.each<[name: string, answer: string]>([
    ['between head and body', LONG],
    ['in its body', `${LONG}half`],
    ['in a chunk', `${CHUNKED}5\r\nhal`],
    ['between chunks', `${CHUNKED}4\r\nhalf\r\n`],
    ['in the last chunk', `${CHUNKED}4\r\nhalf\r\n0\r\n`],
    ['without a length', `${UNTIL_CLOSE}half`],
  ])('an answer that stalls %s is cut', async (_, answer) => {
    const ended = await withoutTrace(gate, async () => {
      gate.at('ada/').answers(answer)
      await expectCut(gate.client(get()))
    })
    expect(Object.values(ended)).toEqual([1])
    expect({ ...LATE, 'http ended': 1 }).toMatchObject(ended)
  })

  it('a server of a WebSocket that answers no ping: the client is told', async () => {
    const ended = await withoutTrace(gate, async () => {
      gate.at('ada/').answers(switching())
      const client = gate.client(ws())
      await client.until(HEAD_END)
      const pong = setInterval(() => client.socket.writable && client.send('\x8a\x80\0\0\0\0'), 100)
      await withinPatience(client).finally(() => clearInterval(pong))
      expect(client.text).toContain('\x03\xf3the server does not answer pings')
    })
    expect(ended).toEqual({ 'websocket upstream_timeout': 1 })
  })
})
