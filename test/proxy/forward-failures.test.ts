import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ENDINGS } from '../../src/proxy/endings.ts'
import { openHarness } from '../support/forward-harness.ts'
import { freePort } from '../support/free-port.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'

const GET = 'GET /user/ada/x HTTP/1.1\r\nHost: h\r\n\r\n'
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'

describe('a server that fails', () => {
  it('is 502 when nothing listens', async () => {
    const harness = await openHarness(`http://127.0.0.1:${await freePort()}`)
    const client = rawClient(harness.port, GET)
    expect(await client.until(/}$/)).toMatch(/^HTTP\/1\.1 502 [\s\S]*upstream_failed/)
    client.send(GET)
    await client.until(/upstream_failed[\s\S]*upstream_failed/)
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('is 504 when it accepts and says nothing', async () => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url, { firstByteTimeoutMs: 100 })
    const client = rawClient(harness.port, GET)
    expect(await client.until(/}$/)).toMatch(/^HTTP\/1\.1 504 [\s\S]*upstream_timeout/)
    await (await upstream.connection(0)).closed
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('may take its time once it has begun', async () => {
    const upstream = await rawUpstream((connection, count) => {
      if (count === 0) connection.send(HEAD)
    })
    const harness = await openHarness(upstream.url, { firstByteTimeoutMs: 100 })
    const client = rawClient(harness.port, GET)
    await client.until(/\r\n\r\n$/)
    const slower = rawClient(harness.port, GET)
    await slower.until(/upstream_timeout/)
    upstream.connections[0]?.send('0123456789')
    expect(await client.until(/0123456789$/)).toMatch(/^HTTP\/1\.1 200/)
  })

  it.each([
    ['with a length', HEAD],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n'],
  ])('in the middle of a body %s cuts the client off', async (_, head) => {
    const upstream = await rawUpstream((connection) => connection.send(`${head}01234`))
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET)
    await client.until(/01234/)
    upstream.connections[0]?.socket.resetAndDestroy()
    await client.closed
    expect(client.text).not.toMatch(/0\r\n\r\n$/)
    await expect.poll(() => harness.outcomes).toEqual(['ok'])
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('in the middle of an answer that waits for an earlier one cuts the client off', async () => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET + GET)
    const [first, second] = [await upstream.connection(0), await upstream.connection(1)]
    await Promise.all([first.until(/\r\n\r\n$/), second.until(/\r\n\r\n$/)])
    second.socket.end(`${HEAD}01234`)
    await second.closed
    first.send(`${HEAD}0123456789`)
    await client.closed
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('in the middle of a body does not look like its end to HTTP/1.0', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n')
    })
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET.replace('HTTP/1.1', 'HTTP/1.0'))
    await client.until(/\r\n\r\n01234$/)
    const error = once(client.socket, 'error')
    upstream.connections[0]?.socket.destroy()
    await client.closed
    expect(await error).toMatchObject([{ code: 'ECONNRESET' }])
  })

  it('by breaking its own framing in the middle cuts the client off', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n')
    })
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET)
    await client.closed
    expect(client.text).not.toMatch(/0\r\n\r\n$/)
  })

  it('before it has read a body is 502, and the connection ends with it', async () => {
    const upstream = await rawUpstream(({ socket }) => socket.resetAndDestroy())
    const harness = await openHarness(upstream.url)
    const client = rawClient(
      harness.port,
      'POST /user/ada/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n0123456789',
    )
    await client.closed
    expect(client.text).toMatch(/^HTTP\/1\.1 502 [\s\S]*upstream_failed/)
    expect(client.text).toMatch(/connection: close/i)
  })

  it('to read a body may still answer: the answer arrives, and the rest is no request', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig')
    })
    const harness = await openHarness(upstream.url)
    const client = rawClient(
      harness.port,
      'POST /user/ada/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n0123456789',
    )
    await client.until(/big$/)
    await client.closed
    expect(client.text).toMatch(/^HTTP\/1\.1 413 /)
    await (await upstream.connection(0)).closed
    await expect.poll(() => harness.outcomes).toEqual(['ok'])
  })

  it('is not asked a second time', async () => {
    const upstream = await rawUpstream(({ socket }) => socket.destroy())
    const harness = await openHarness(upstream.url)
    const client = rawClient(
      harness.port,
      'POST /user/ada/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi',
    )
    await client.until(/upstream_failed/)
    expect(upstream.connections).toHaveLength(1)
  })
})

describe('a client that goes away', () => {
  it('while it waits ends the request to the server', async () => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET)
    const server = await upstream.connection(0)
    await server.until(/\r\n\r\n$/)
    client.socket.resetAndDestroy()
    await server.closed
    await expect.poll(() => harness.outcomes).toEqual(['ok'])
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('in the middle of a download ends it', async () => {
    const upstream = await rawUpstream((connection) => connection.send(`${HEAD}01234`))
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET)
    await client.until(/01234$/)
    client.socket.destroy()
    await upstream.connections[0]?.closed
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it.each([
    ['with a length', 'Content-Length: 10\r\n\r\n01234'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n'],
  ])('in the middle of an upload %s never completes it', async (_, rest) => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, `PUT /user/ada/x HTTP/1.1\r\nHost: h\r\n${rest}`)
    const server = await upstream.connection(0)
    await server.until(/01234/)
    client.socket.destroy()
    await server.closed
    expect(server.text).not.toMatch(/\r\n0\r\n\r\n$/)
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('may ask for much at once without a warning in the log', async () => {
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET.repeat(20))
    await expect.poll(() => upstream.connections.length).toBe(20)
    client.socket.destroy()
    await expect.poll(() => harness.connections.size).toBe(0)
    expect(warnings).toEqual([])
  })

  it('with requests waiting behind another ends them all', async () => {
    const upstream = await rawUpstream((connection, count) => {
      if (count === 1) connection.send(`${HEAD}01234`)
    })
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET + GET)
    const first = await upstream.connection(0)
    const second = await upstream.connection(1)
    await second.until(/\r\n\r\n$/)
    client.socket.destroy()
    await Promise.all([first.closed, second.closed])
    await expect.poll(() => harness.connections.size).toBe(0)
    await expect.poll(() => harness.outcomes).toEqual(['ok', 'ok'])
  })

  it('before the server was reached leaves nothing behind', async () => {
    const harness = await openHarness('http://192.0.2.1:9', { connectTimeoutMs: 300 })
    const client = rawClient(harness.port, GET)
    await expect.poll(() => harness.connections.size + harness.outcomes.length).toBe(1)
    client.socket.destroy()
    await expect.poll(() => harness.connections.size).toBe(0)
    expect(harness.outcomes).toHaveLength(1)
  })
})

describe('an exchange that is closed from outside', () => {
  it('is cut off in the middle, on both sides', async () => {
    const upstream = await rawUpstream((connection) => connection.send(`${HEAD}01234`))
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET)
    await client.until(/01234$/)
    expect(harness.connections.countOfServer('ada/')).toBe(1)
    expect(harness.connections.closeByServer('ada/', ENDINGS.revoked)).toBe(1)
    await Promise.all([client.closed, upstream.connections[0]?.closed])
    expect(client.text).toMatch(/01234$/)
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it.each([
    [502, ENDINGS.stopped],
    [403, ENDINGS.revoked],
    [503, ENDINGS.unavailable],
  ])('is %i before the server has answered', async (status, ending) => {
    const upstream = await rawUpstream()
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET)
    const server = await upstream.connection(0)
    await server.until(/\r\n\r\n$/)
    expect(harness.connections.closeByServer('ada/', ending)).toBe(1)
    expect(await client.until(/}$/)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    await server.closed
    await expect.poll(() => harness.connections.size).toBe(0)
  })

  it('ends with its route, for good', async () => {
    const upstream = await rawUpstream((connection) => connection.send(`${HEAD}01234`))
    const harness = await openHarness(upstream.url)
    const client = rawClient(harness.port, GET)
    await client.until(/01234$/)
    harness.pools.drop(harness.route)
    await client.closed
    const next = rawClient(harness.port, GET)
    await next.until(/502 [\s\S]*upstream_failed/)
    expect(upstream.connections).toHaveLength(1)
  })
})

describe('activity', () => {
  it('is noted for requests of people, not for the polls of a page', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
    const harness = await openHarness(upstream.url)
    await rawClient(harness.port, GET.replace('/x', '/api/status')).until(/204/)
    expect(harness.touches()).toBe(0)
    await rawClient(harness.port, GET.replace('/x', '/lab')).until(/204/)
    expect(harness.touches()).toBe(1)
  })

  it('is not noted for those whom nobody knows', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
    const harness = await openHarness(upstream.url, { isUse: false })
    await rawClient(harness.port, GET.replace('/x', '/lab')).until(/204/)
    expect(harness.touches()).toBe(0)
  })
})
