import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { rawClient } from '../../proxy/raw-connection.ts'
import { eventually } from '../../support/gateway-process.ts'
import type { FrontStub } from './listening.ts'
import { get, openListening } from './listening.ts'

/** What comes on a connection behind a request that is not answered yet. */

const PATIENCE_MS = 60_000
const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']

/** Answers when it is told to. */
function held(): FrontStub & { responses: ServerResponse[] } {
  const responses: ServerResponse[] = []
  return {
    responses,
    request: async (_request: IncomingMessage, response: ServerResponse) => {
      responses.push(response)
    },
  }
}

const statuses = (text: string): string[] => text.match(/HTTP\/1\.1 \d+/g) ?? []

describe('what is broken behind a request that is not answered yet', () => {
  it.each(['nonsense\r\n\r\n', get('/', 'Bad Name: x')])(
    'leaves that one its answer, and ends the connection: %j',
    async (broken) => {
      const stub = held()
      const { port, rejected, open } = await openListening({}, stub)
      const client = rawClient(port, get('/first') + broken)
      await eventually('it is refused', () => rejected.length === 1, PATIENCE_MS)
      expect(client.text).toBe('')
      stub.responses[0]?.end('the first answer')
      await client.closed
      expect(statuses(client.text)).toEqual(['HTTP/1.1 200'])
      expect(client.text).toContain('the first answer')
      expect(rejected).toEqual(['bad_request'])
      await eventually('it is gone', () => open() === 0, PATIENCE_MS)
    },
  )

  it('leaves that one its answer, however long it takes: CONNECT', async () => {
    const stub = held()
    const { port, rejected } = await openListening({}, stub)
    const connect = 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'
    const client = rawClient(port, get('/first') + connect)
    await eventually('it is refused', () => rejected.length === 1, PATIENCE_MS)
    // Longer than a client that was refused may take to leave.
    await delay(2_500)
    stub.responses[0]?.end('the first answer')
    await client.closed
    expect(statuses(client.text)).toEqual(['HTTP/1.1 200'])
    expect(rejected).toEqual(['bad_request'])
  })

  it('is never answered in the middle of an answer', async () => {
    const stub = held()
    const { port, rejected } = await openListening({}, stub)
    const client = rawClient(port, get('/first'))
    await eventually('it is there', () => stub.responses.length === 1, PATIENCE_MS)
    stub.responses[0]?.writeHead(200, { 'content-length': '8' }).write('half')
    await client.until(/half$/)
    client.send('nonsense\r\n\r\n')
    await eventually('it is refused', () => rejected.length === 1, PATIENCE_MS)
    stub.responses[0]?.end('half')
    await client.closed
    expect(statuses(client.text)).toEqual(['HTTP/1.1 200'])
    expect(client.text).toMatch(/halfhalf$/)
  })
})

describe('a body that is broken', () => {
  const BROKEN = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'

  it('is 400 while nothing was answered', async () => {
    const { port, rejected } = await openListening({}, held())
    const client = rawClient(port, BROKEN)
    await client.closed
    expect(statuses(client.text)).toEqual(['HTTP/1.1 400'])
    expect(rejected).toEqual(['bad_request'])
  })

  it('ends the connection when an answer has begun', async () => {
    const { port } = await openListening(
      {},
      {
        request: async (_request, response) => {
          response.writeHead(200, { 'content-length': '8' }).write('half')
        },
      },
    )
    const client = rawClient(port, BROKEN.slice(0, -4))
    await client.until(/half$/)
    client.send('zz\r\n')
    await client.closed
    expect(statuses(client.text)).toEqual(['HTTP/1.1 200'])
  })
})

describe('a request behind an answer that ends the connection', () => {
  it('is not heard (RFC 9112 §9.6)', async () => {
    const { port, targets } = await openListening(
      {},
      {
        request: async (request, response) => {
          if (request.url === '/last') response.shouldKeepAlive = false
          response.end(request.url)
        },
      },
    )
    const client = rawClient(port, get('/first') + get('/last') + get('/lost') + get('/lost'))
    await client.closed
    expect(targets).toEqual(['/first', '/last'])
    expect(statuses(client.text)).toHaveLength(2)
  })

  it('is not heard behind an expectation that nobody meets', async () => {
    const { port, targets, rejected } = await openListening()
    const client = rawClient(port, get('/first', 'Expect: a-miracle') + get('/lost'))
    await client.closed
    expect(statuses(client.text)).toEqual(['HTTP/1.1 417'])
    expect(targets).toEqual([])
    expect(rejected).toEqual(['bad_request'])
  })

  it('is not heard behind such an expectation that waits for its turn', async () => {
    const stub = held()
    const { port, targets, rejected } = await openListening({}, stub)
    const client = rawClient(port, get('/first') + get('/', 'Expect: a-miracle') + get('/lost'))
    await eventually('the first is there', () => stub.responses.length > 0, PATIENCE_MS)
    stub.responses[0]?.end('ok')
    await client.closed
    expect(statuses(client.text)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 417'])
    expect(targets).toEqual(['/first'])
    expect(rejected).toEqual(['bad_request'])
  })

  it('is heard where the connection stays', async () => {
    const stub = held()
    const { port, targets } = await openListening({}, stub)
    const client = rawClient(port, get('/1') + get('/2') + get('/3'))
    await eventually('all are there', () => targets.length === 3, PATIENCE_MS)
    for (const response of stub.responses.toReversed()) response.end(`answer\n`)
    await client.until(/(?:answer\n.*){3}/s)
    client.send(get('/4') + get('/5'))
    await eventually('and more', () => targets.length === 5, PATIENCE_MS)
    expect(targets).toEqual(['/1', '/2', '/3', '/4', '/5'])
  })

  it.each([
    ['behind what changes something', 'POST', 'GET'],
    ['that changes something', 'GET', 'POST'],
  ])('is heard in its turn %s (RFC 9112 §9.3.2)', async (_, first, second) => {
    const stub = held()
    const { port, targets } = await openListening({}, stub)
    const client = rawClient(
      port,
      get('/1').replace('GET', first) + get('/2').replace('GET', second) + get('/3') + get('/4'),
    )
    for (const count of [1, 2, 3, 4]) {
      await eventually('the next is there', () => targets.length >= count, PATIENCE_MS)
      expect(targets).toEqual(['/1', '/2', '/3', '/4'].slice(0, count))
      stub.responses[count - 1]?.end('answer\n')
    }
    await client.until(/(?:answer\n.*){4}/s)
    client.send(get('/5') + get('/6'))
    await eventually('and more', () => targets.length === 6, PATIENCE_MS)
    client.socket.destroy()
  })

  it('is not heard when its turn does not come', async () => {
    const stub = held()
    const { port, targets, open } = await openListening({}, stub)
    const posts = ['/1', '/2', '/3'].map((path) => get(path).replace('GET', 'POST'))
    const client = rawClient(port, posts.join(''))
    await eventually('the first is there', () => targets.length === 1, PATIENCE_MS)
    client.socket.destroy()
    await eventually('it is gone', () => open() === 0, PATIENCE_MS)
    expect(targets).toEqual(['/1'])
  })

  it('is not heard behind an upgrade that is not made', async () => {
    const { port, targets } = await openListening()
    const other = get('/first', 'Connection: Upgrade', 'Upgrade: h2c')
    const client = rawClient(port, other + get('/lost'))
    await client.closed
    expect(statuses(client.text)).toHaveLength(1)
    expect(targets).toEqual(['/first'])
  })

  it('is not heard when too many wait there', async () => {
    const stub = held()
    const { port, targets, rejected } = await openListening({}, stub)
    const client = rawClient(port, get('/').repeat(1_000))
    await eventually('some are refused', () => rejected.length > 0, PATIENCE_MS)
    expect(targets).toHaveLength(257)
    for (const response of stub.responses) response.end('ok')
    await client.closed
    expect(statuses(client.text)).toHaveLength(257)
    expect(rejected).toEqual(['too_many_requests'])
    expect(targets).toHaveLength(257)
  })

  it('is counted once when too many wait whose answers wait as well', async () => {
    const responses: ServerResponse[] = []
    const { port, rejected } = await openListening(
      {},
      {
        request: async (_request, response) => {
          if (responses.push(response) > 1) response.end('ok')
        },
      },
    )
    const client = rawClient(port, get('/').repeat(400))
    await eventually('some are refused', () => rejected.length > 0, PATIENCE_MS)
    responses[0]?.end('ok')
    await client.closed
    expect(statuses(client.text)).toHaveLength(257)
    expect(rejected).toEqual(['too_many_requests'])
  })

  it('is heard however many there are, when they are answered in between', async () => {
    const { port, targets, rejected } = await openListening()
    const client = rawClient(port, get('/').repeat(50))
    for (let i = 1; i < 20; i++) {
      const answered = () => statuses(client.text).length === i * 50
      await eventually('these are answered', answered, PATIENCE_MS)
      client.send(get('/').repeat(50))
    }
    await eventually('all are heard', () => targets.length === 1_000, PATIENCE_MS)
    expect(rejected).toEqual([])
  })

  it('is not heard when it asks for a WebSocket', async () => {
    const stub = held()
    const { port, targets } = await openListening({}, stub)
    const client = rawClient(port, get('/first') + get('/ws', ...UPGRADE))
    await eventually('the first is there', () => stub.responses.length === 1, PATIENCE_MS)
    stub.responses[0]?.end('ok')
    await client.closed
    expect(statuses(client.text)).toEqual(['HTTP/1.1 200'])
    expect(targets).toEqual(['/first'])
  })
})

describe('clients that vanish', () => {
  it.each([
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
    ['an upgrade', get('/', ...UPGRADE)],
    ['an upgrade behind a request', get('/') + get('/', ...UPGRADE)],
    ['nonsense', 'nonsense\r\n\r\n'],
    ['half a head', 'GET / HTTP/1.1\r\n'],
    ['half a body', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf'],
  ])('take nothing with them: %s', async (_, text) => {
    const { port, open } = await openListening(
      {},
      { upgrade: async (_request, socket) => void socket.on('error', () => socket.destroy()) },
    )
    for (let i = 0; i < 20; i++) {
      const client = rawClient(port, '')
      await once(client.socket, 'connect')
      client.socket.write(text, () => client.socket.resetAndDestroy())
      await client.closed
    }
    const isGone = await eventually('they are gone', () => open() === 0, PATIENCE_MS)
    expect(isGone).toBe(true)
  })

  it('are no reason to keep a refused CONNECT', async () => {
    const { port, open, rejected } = await openListening()
    const client = rawClient(port, 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n')
    await client.closed
    expect(statuses(client.text)).toEqual(['HTTP/1.1 400'])
    expect(rejected).toEqual(['bad_request'])
    await eventually('it is gone', () => open() === 0, PATIENCE_MS)
  })
})

it('a fault behind the listener ends one connection and no more', async () => {
  const { port } = await openListening(
    {},
    {
      request: async (request, response) => {
        if (request.url === '/fault') throw new Error('a fault')
        response.end('ok')
      },
    },
  )
  const faulty = rawClient(port, get('/fault'))
  await faulty.closed
  expect(faulty.text).toBe('')
  expect(await rawClient(port, get('/')).until(/ok$/)).toContain('200 OK')
})
