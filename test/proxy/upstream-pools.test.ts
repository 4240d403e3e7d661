import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Call } from '../../src/proxy/upstream/call.ts'
import { Ticker } from '../../src/proxy/upstream/ticker.ts'
import { UpstreamPool } from '../../src/proxy/upstream/upstream-pool.ts'
import { UpstreamPools } from '../../src/proxy/upstream-pools.ts'
import { testRoute } from '../support/forward-harness.ts'
import { NO_TRAFFIC } from '../support/no-traffic.ts'
import type { RawConnection, RawUpstream } from './raw-connection.ts'
import { rawUpstream } from './raw-connection.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

const ignore = (): void => undefined

/** A request without a body that notes what becomes of it. */
function sentCall(path: string, method = 'GET'): { call: Call; answer: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>()
  let text = ''
  const call: Call = {
    method,
    head: `${method} ${path} HTTP/1.1\r\nHost: h\r\n\r\n`,
    isChunked: false,
    body: undefined,
    isWritten: false,
    onConnection: ignore,
    onInterim: ignore,
    onHead: ignore,
    onData: (data) => {
      text += data.toString('latin1')
    },
    onEnd: () => resolve(text),
    onFault: (error) => resolve(error.message),
  }
  return { call, answer: promise }
}

function pools(): UpstreamPools {
  const made = new UpstreamPools({ connectMs: 1_000, firstByteMs: 0, idleMs: 0 }, NO_TRAFFIC)
  onTestFinished(() => made.close())
  return made
}

describe('UpstreamPools', () => {
  it('has one pool a route, never shared between routes to the same address', async () => {
    const upstream = await rawUpstream(({ socket }) => socket.write(OK))
    const made = pools()
    const route = testRoute(upstream.url, 'run-1')
    const next = testRoute(upstream.url, 'run-2')
    expect(made.of(route)).toBe(made.of(route))
    for (const one of [route, next]) {
      const { call, answer } = sentCall('/x')
      made.of(one).send(call)
      expect(await answer).toBe('ok')
    }
    expect(upstream.connections).toHaveLength(2)
  })

  it('never opens the pool of a route again that is gone', async () => {
    const upstream = await rawUpstream(({ socket }) => socket.write(OK))
    const made = pools()
    const route = testRoute(upstream.url)
    const { call, answer } = sentCall('/x')
    made.of(route).send(call)
    await answer
    made.drop(route)
    made.drop(route)
    await upstream.connections[0]?.closed
    expect(made.of(route).isDestroyed).toBe(true)
    expect(() => made.of(route).send(sentCall('/x').call)).toThrow('route_gone')
  })
})

describe('bytes that come before a request was written', () => {
  /** A connection was used, and has an answer for the next request before that is written. */
  async function staged(): Promise<{ upstream: RawUpstream; pool: UpstreamPool; head: string }> {
    const upstream = await rawUpstream(({ socket }) => socket.write(OK))
    const pool = pools().of(testRoute(upstream.url))
    const { call, answer } = sentCall('/1')
    pool.send(call)
    expect(await answer).toBe('ok')
    // Requests are written behind the next look for what came in: these bytes are there by then.
    await new Promise(setImmediate)
    upstream.connections[0]?.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil')
    return { upstream, pool, head: call.head }
  }

  it('are no answer to it: it goes over another connection', async () => {
    const { upstream, pool, head } = await staged()
    const { call, answer } = sentCall('/2')
    pool.send(call)
    expect(await answer).toBe('ok')
    expect(upstream.connections.map(({ text }) => text)).toEqual([head, call.head])
  })

  it('are no answer to it: with a body it is not sent again', async () => {
    const { upstream, pool, head } = await staged()
    const { call, answer } = sentCall('/2', 'PUT')
    pool.send({ ...call, body: { flowTo: ignore, resume: ignore } })
    expect(await answer).toBe('upstream: unasked_answer')
    expect(upstream.connections.map(({ text }) => text)).toEqual([head])
  })
})

describe('a pool with no connection left', () => {
  const times = { connectMs: 5_000, firstByteMs: 0, idleMs: 0 }

  function poolOf(upstream: RawUpstream, firstByteMs = 0, maxConnections = 2): UpstreamPool {
    const ticker = new Ticker([5_000, firstByteMs])
    const deps = { times: { ...times, firstByteMs }, ticker, traffic: NO_TRAFFIC }
    const pool = new UpstreamPool(upstream.url, { ...deps, maxConnections })
    onTestFinished(() => pool.destroy())
    return pool
  }

  /** Sends four requests over two connections: two of them wait. */
  async function four(firstByteMs = 0): Promise<{
    pool: UpstreamPool
    sent: ReturnType<typeof sentCall>[]
    upstream: RawUpstream
  }> {
    const upstream = await rawUpstream()
    const pool = poolOf(upstream, firstByteMs)
    const sent = ['/0', '/1', '/2', '/3'].map((path) => sentCall(path))
    for (const { call } of sent) pool.send(call)
    await (await upstream.connection(0)).until(/GET/)
    await (await upstream.connection(1)).until(/GET/)
    return { pool, sent, upstream }
  }

  const carrying = (upstream: RawUpstream, path: string): RawConnection | undefined =>
    upstream.connections.find(({ text }) => text.includes(`GET ${path} `))

  it('lets requests wait, and takes them in their order', async () => {
    const { sent, upstream } = await four()
    const first = carrying(upstream, '/0')
    first?.send(OK)
    await first?.until(/GET \/2 /)
    first?.send(OK)
    await first?.until(/GET \/3 /)
    first?.send(OK)
    carrying(upstream, '/1')?.send(OK)
    expect(await Promise.all(sent.map(({ answer }) => answer))).toEqual(Array(4).fill('ok'))
    expect(upstream.connections).toHaveLength(2)
  })

  it('opens one for who waits when one is lost', async () => {
    const { sent, upstream } = await four()
    carrying(upstream, '/0')?.socket.resetAndDestroy()
    const third = await upstream.connection(2)
    await third.until(/GET \/2 /)
    third.send(OK)
    expect(await sent[2]?.answer).toBe('ok')
  })

  it('opens none beyond their number for a request that is sent again', async () => {
    const upstream = await rawUpstream((connection, count) => {
      connection.send(OK)
      connection.until(/ \/1 /).then(() => {
        if (count === 0) connection.socket.destroy()
        else connection.send(OK)
      }, ignore)
    })
    const pool = poolOf(upstream, 0, 1)
    const sent = ['/0', '/1', '/2'].map((path) => sentCall(path))
    const [first, ...others] = sent
    if (first !== undefined) pool.send(first.call)
    await first?.answer
    await new Promise(setImmediate)
    for (const { call } of others) pool.send(call)
    expect(await Promise.all(sent.map(({ answer }) => answer))).toEqual(Array(3).fill('ok'))
    expect(upstream.connections).toHaveLength(2)
  })

  it('forgets who waits no longer', async () => {
    const { pool, sent, upstream } = await four()
    if (sent[2] !== undefined) pool.cancel(sent[2].call)
    const first = carrying(upstream, '/0')
    first?.send(OK)
    expect(await first?.until(/GET \/3 /)).not.toContain('/2')
  })

  it('lets nobody wait for longer than a server may take to answer', async () => {
    const { sent } = await four(100)
    const answers = await Promise.all(sent.map(({ answer }) => answer))
    expect(answers.map((answer) => answer.replace('upstream: ', '')).sort()).toEqual([
      'first_byte_timeout',
      'first_byte_timeout',
      expect.stringMatching(/(?:queue|first_byte)_timeout/),
      expect.stringMatching(/(?:queue|first_byte)_timeout/),
    ])
  })

  it('fails all of them when its route is gone', async () => {
    const { pool, sent, upstream } = await four()
    pool.destroy()
    const answers = await Promise.all(sent.map(({ answer }) => answer))
    expect(answers).toEqual(Array(4).fill('upstream: route_gone'))
    await Promise.all(upstream.connections.map(({ closed }) => closed))
  })
})

describe('an idle connection', () => {
  const KEPT = OK.replace('Content', 'Keep-Alive: x, timeout=5\r\nContent')

  /** How many connections two requests take, the second one so many milliseconds after the first. */
  async function connections(answer: string, method: string, later: number): Promise<number> {
    const upstream = await rawUpstream((connection) => {
      connection.send(answer)
      connection.until(/ \/2 /).then(() => connection.send(answer), ignore)
    })
    const traffic = NO_TRAFFIC
    const times = { connectMs: 0, firstByteMs: 0, idleMs: 0 }
    const pool = new UpstreamPool(upstream.url, {
      ...{ times, traffic, ticker: new Ticker([]), maxConnections: 1 },
    })
    onTestFinished(() => pool.destroy())
    const [first, second] = [sentCall('/1'), sentCall('/2', method)]
    pool.send(first.call)
    await first.answer
    await new Promise(setImmediate)
    const now = performance.now.bind(performance)
    vi.spyOn(performance, 'now').mockImplementation(() => now() + later)
    pool.send(second.call)
    expect(await second.answer).toBe('ok')
    return upstream.connections.length
  }

  it.each([
    ['is used again for a minute', OK, 'GET', 30_000, 1],
    ['is not used again after that', OK, 'GET', 60_000, 2],
    ['is used for as long as the server says', KEPT, 'GET', 2_000, 1],
    ['is not used when the server may be about to close it', KEPT, 'GET', 4_000, 2],
    ['that rested gives way to a request that is never sent twice', OK, 'POST', 1_000, 2],
  ])('%s', async (_, answer, method, later, count) => {
    expect(await connections(answer, method, later)).toBe(count)
  })

  it('is used at once for a request that is never sent twice', async () => {
    expect(await connections(OK, 'POST', 0)).toBe(1)
  })
})
