// How connections to a server are used again, given up and counted.
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { get } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Outcome, Traffic } from '../../src/metrics/traffic.ts'
import { Ticker } from '../../src/proxy/upstream/ticker.ts'
import { UpstreamPool } from '../../src/proxy/upstream/upstream-pool.ts'
import type { Harness } from '../support/forward-harness.ts'
import { openHarness } from '../support/forward-harness.ts'
import { NO_TRAFFIC } from '../support/no-traffic.ts'
import type { RawConnection, RawUpstream } from './raw-connection.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'
import { httpUpstream } from './streaming.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const GET = 'GET /user/ada/x HTTP/1.1\r\nHost: h\r\n\r\n'
const POST = 'POST /user/ada/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi'
const BARE_POST = 'POST /user/ada/x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n'

/** Sends a request on a connection of its own and waits for the answer. */
async function ask(harness: Harness, request: string, answer = /ok$/): Promise<string> {
  const client = rawClient(harness.port, request)
  const text = await client.until(answer)
  client.socket.destroy()
  return text
}

/**
 * A server that answers each request on a connection by `answer`, called with how many the connection
 * and the server have had before.
 */
async function answering(
  answer: (connection: RawConnection, nth: number, all: number) => void,
): Promise<RawUpstream> {
  let all = 0
  return rawUpstream((connection) => {
    let nth = 0
    let seen = 0
    const look = (): void => {
      const count = connection.text.match(/(?:GET|POST) [\s\S]*?\r\n\r\n/g)?.length ?? 0
      for (; seen < count; seen++) answer(connection, nth++, all++)
    }
    connection.socket.on('data', look)
    look()
  })
}

describe('a connection to a server', () => {
  it('is used for one request after the other, the last one used first', async () => {
    const upstream = await answering((connection, _, all) => {
      if (all > 1) connection.send(OK)
    })
    const harness = await openHarness(upstream.url)
    const both = [ask(harness, GET), ask(harness, GET)]
    const [first, second] = [await upstream.connection(0), await upstream.connection(1)]
    await Promise.all([first.until(/\r\n\r\n$/), second.until(/\r\n\r\n$/)])
    second.send(OK)
    first.send(OK)
    await Promise.all(both)
    await ask(harness, GET)
    await ask(harness, GET)
    expect(upstream.connections).toHaveLength(2)
    const counts = [first, second].map(({ text }) => text.match(/GET/g)?.length ?? 0)
    expect(counts.sort()).toEqual([1, 3])
  })

  it.each([
    ['that says close', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok'],
    [
      'that keeps it for a second',
      'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok',
    ],
    ['with a byte behind it', `${OK}\n`],
    ['with another behind it', OK + OK.replace('ok', 'no')],
  ])('is closed after an answer %s', async (_, answer) => {
    const upstream = await answering((connection) => connection.send(answer))
    const harness = await openHarness(upstream.url)
    expect(await ask(harness, GET)).not.toContain('no')
    await upstream.connections[0]?.closed
    await ask(harness, GET)
    expect(upstream.connections).toHaveLength(2)
  })

  it('is closed when something comes that nobody asked for', async () => {
    const upstream = await answering((connection) => connection.send(OK))
    const harness = await openHarness(upstream.url)
    await ask(harness, GET)
    upstream.connections[0]?.send(OK.replace('ok', 'no'))
    await upstream.connections[0]?.closed
    expect(await ask(harness, GET)).not.toContain('no')
    expect(upstream.connections).toHaveLength(2)
  })

  it('is closed when the answer was complete before the request was', async () => {
    const upstream = await answering((connection) => connection.send(OK))
    const harness = await openHarness(upstream.url)
    await ask(harness, POST.replace('Content-Length: 2', 'Content-Length: 9'))
    await upstream.connections[0]?.closed
    await ask(harness, GET)
    expect(upstream.connections).toHaveLength(2)
  })
})

describe('a connection that the server closes while it is idle', () => {
  /** Answers the first request and closes at the second, as if it had done so a moment before. */
  const stale = (): Promise<RawUpstream> =>
    answering(({ socket }, nth) => {
      if (nth === 0) socket.write(OK)
      else socket.destroy()
    })

  it('costs a GET nothing: it is asked once more, on a new one', async () => {
    const upstream = await stale()
    const harness = await openHarness(upstream.url)
    await ask(harness, GET)
    expect(await ask(harness, GET)).toContain('200 OK')
    expect(upstream.connections).toHaveLength(2)
  })

  it.each([
    ['with a body', POST],
    ['without one', BARE_POST],
    ['GET with a body', POST.replace('POST', 'GET')],
  ])('is 502 for what may not be asked twice: %s', async (_, request) => {
    const upstream = await stale()
    const harness = await openHarness(upstream.url)
    await ask(harness, GET)
    expect(await ask(harness, request, /}$/)).toMatch(/502 [\s\S]*upstream_failed/)
    expect(upstream.connections).toHaveLength(1)
  })

  it('is asked once more and not twice', async () => {
    const upstream = await answering(({ socket }, _, all) => {
      if (all === 0) socket.write(OK)
      else socket.destroy()
    })
    const harness = await openHarness(upstream.url)
    await ask(harness, GET)
    expect(await ask(harness, GET, /}$/)).toMatch(/502 [\s\S]*upstream_failed/)
    expect(upstream.connections).toHaveLength(2)
  })

  it('is not asked again for a client who left while that waited for a connection', async () => {
    const upstream = await answering((connection, _, all) => {
      if (all !== 1 && all !== 2) connection.send(OK)
    })
    const harness = await openHarness(upstream.url)
    const pool = new UpstreamPool(upstream.url, {
      times: { connectMs: 0, firstByteMs: 0, idleMs: 0 },
      ...{ ticker: new Ticker([]), traffic: NO_TRAFFIC, maxConnections: 1 },
    })
    onTestFinished(() => pool.destroy())
    vi.spyOn(harness.pools, 'of').mockReturnValue(pool)
    await ask(harness, GET)
    const leaving = rawClient(harness.port, GET.replace('/x', '/leaving'))
    const first = await upstream.connection(0)
    await first.until(/leaving/)
    const staying = rawClient(harness.port, GET)
    await expect.poll(() => harness.connections.size).toBe(2)
    first.socket.destroy()
    const second = await upstream.connection(1)
    await second.until(/\r\n\r\n$/)
    leaving.socket.destroy()
    await expect.poll(() => harness.connections.size).toBe(1)
    second.send(OK)
    await staying.until(/ok$/)
    await ask(harness, GET)
    expect(second.text).not.toContain('leaving')
  })

  it('is 502 when an answer had begun', async () => {
    const upstream = await answering(({ socket }, nth) => {
      if (nth === 0) socket.write(OK)
      else socket.end('H')
    })
    const harness = await openHarness(upstream.url)
    await ask(harness, GET)
    expect(await ask(harness, GET, /}$/)).toMatch(/502 [\s\S]*upstream_failed/)
    expect(upstream.connections).toHaveLength(1)
  })
})

/** Counts what is told of connections and requests. */
function counting(): { traffic: Traffic; open: () => number; calls: Record<string, number> } {
  const calls: Record<string, number> = {}
  const count = (what: string): void => {
    calls[what] = (calls[what] ?? 0) + 1
  }
  const traffic: Traffic = {
    ...NO_TRAFFIC,
    socketOpened: (kind) => count(`${kind} opened`),
    socketClosed: (kind) => count(`${kind} closed`),
    upstreamConnected: () => count('connected'),
    firstByte: () => count('first byte'),
    exchangeEnded: (_, outcome: Outcome) => count(outcome),
  }
  const open = (): number => (calls['upstream opened'] ?? 0) - (calls['upstream closed'] ?? 0)
  return { traffic, open, calls }
}

describe('silence in the middle', () => {
  const timeouts = { idleMs: 100 }

  it('of an answer cuts it off', async () => {
    const upstream = await rawUpstream((connection) => connection.send(OK.slice(0, -1)))
    const harness = await openHarness(upstream.url, { timeouts })
    const client = rawClient(harness.port, GET)
    await client.closed
    expect(client.text).toMatch(/\r\n\r\no$/)
    await upstream.connections[0]?.closed
  })

  it('of a client who takes nothing of an answer that is complete cuts it off', async () => {
    const { traffic, calls } = counting()
    const upstream = await rawUpstream((connection) => connection.send(OK))
    const harness = await openHarness(upstream.url, { timeouts, traffic })
    // As if it had no window left.
    harness.server.once('connection', (socket: Socket) => {
      vi.spyOn(socket, '_write').mockReturnValue()
      vi.spyOn(socket, '_writev' as '_write').mockReturnValue()
    })
    const client = rawClient(harness.port, GET)
    await client.closed
    expect(client.text).toBe('')
    await expect.poll(() => harness.connections.size).toBe(0)
    expect(calls['client_gone']).toBe(1)
  })

  it('of a request is 504', async () => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url, { timeouts })
    const client = rawClient(harness.port, POST.slice(0, -1))
    expect(await client.until(/}/)).toMatch(/504 [\s\S]*upstream_timeout/)
    await upstream.connections[0]?.closed
  })

  it('is none while the server works on a whole request', async () => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url, { timeouts: { idleMs: 40 } })
    const client = rawClient(harness.port, GET)
    const cut = rawClient(harness.port, POST.slice(0, -1))
    await cut.until(/504/)
    upstream.connections[0]?.send(OK)
    expect(await client.until(/ok$/)).toMatch(/200 OK/)
  })
})

describe('large answers to several at once', () => {
  const SIZE = 3_000_000

  it('never get into one another', async () => {
    const listener: RequestListener = ({ url = '' }, response) => {
      response.setHeader('Content-Length', SIZE)
      response.end(Buffer.alloc(SIZE, url.slice(-1)))
    }
    const harness = await openHarness(
      (await httpUpstream(listener)).replace('127.0.0.1', 'localhost'),
    )
    const letters = [...'abcdefgh']
    const bodies = letters.map(async (letter) => {
      const request = get(`${harness.url}/user/ada/${letter}`, { agent: false })
      const [answer] = await once(request, 'response')
      return Buffer.concat(await answer.toArray())
    })
    for (const [i, body] of (await Promise.all(bodies)).entries()) {
      expect(body.equals(Buffer.alloc(SIZE, letters[i]))).toBe(true)
    }
  })
})

describe('what is told of it', () => {
  it('is each connection and each request', async () => {
    const { traffic, open, calls } = counting()
    const upstream = await answering((connection) => connection.send(OK))
    const harness = await openHarness(upstream.url, { traffic })
    await ask(harness, GET)
    await ask(harness, POST)
    await expect.poll(() => calls['whole']).toBe(2)
    expect(calls).toEqual({ 'upstream opened': 1, connected: 1, 'first byte': 2, whole: 2 })
    harness.pools.drop(harness.route)
    await expect.poll(open).toBe(0)
  })

  it.each<[Outcome, (connection: RawConnection) => void]>([
    ['upstream_failed', ({ socket }) => void socket.end('HTTP/9.9 200\r\n\r\n')],
    ['upstream_failed', ({ socket }) => void socket.destroy()],
    ['upstream_failed', ({ socket }) => void socket.end(OK.slice(0, -1))],
    ['upstream_timeout', () => undefined],
    ['ended', ({ socket }) => void socket.write(OK.slice(0, -1))],
  ])('is how it ended: %s', async (outcome, answer) => {
    const { traffic, open, calls } = counting()
    const upstream = await rawUpstream(answer)
    const timeouts = { firstByteMs: 100, idleMs: 100 }
    const harness = await openHarness(upstream.url, { traffic, timeouts })
    rawClient(harness.port, GET)
    await expect.poll(() => calls[outcome]).toBe(1)
    await expect.poll(open).toBe(0)
  })

  it('is a client who went away', async () => {
    const { traffic, open, calls } = counting()
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url, { traffic })
    const client = rawClient(harness.port, GET)
    await (await upstream.connection(0)).until(/\r\n\r\n/)
    client.socket.destroy()
    await expect.poll(() => calls['client_gone']).toBe(1)
    await expect.poll(open).toBe(0)
  })
})
