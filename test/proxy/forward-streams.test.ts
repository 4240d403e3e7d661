import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, get, request } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openHarness } from '../support/forward-harness.ts'
import { rawClient, rawUpstream } from './raw-connection.ts'
import { httpUpstream, settled } from './streaming.ts'

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')
const SIZE = 64

const megabytes = (count: number, onPull: () => void): Readable => {
  let left = count
  return new Readable({
    highWaterMark: MEGABYTE.length,
    read() {
      onPull()
      this.push(left-- > 0 ? MEGABYTE : null)
    },
  })
}

async function bytesOf(message: IncomingMessage): Promise<number> {
  let bytes = 0
  for await (const chunk of message) bytes += (chunk as Buffer).length
  return bytes
}

async function answerTo(url: string): Promise<IncomingMessage> {
  const [answer] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage]
  return answer
}

describe('streaming', () => {
  it.each(['with its length', 'in chunks'])('passes a large download %s whole', async (framing) => {
    const url = await httpUpstream((_, response) => {
      if (framing === 'with its length') {
        response.setHeader('Content-Length', SIZE * MEGABYTE.length)
      }
      megabytes(SIZE, () => undefined).pipe(response)
    })
    const harness = await openHarness(url)
    const answer = await answerTo(`${harness.url}/user/ada/x`)
    expect(await bytesOf(answer)).toBe(SIZE * MEGABYTE.length)
    await expect.poll(() => harness.outcomes).toEqual(['ok'])
    expect(harness.connections.size).toBe(0)
  })

  it('holds a download back while the client does not read', async () => {
    let pulled = 0
    const url = await httpUpstream((_, response) => {
      megabytes(SIZE, () => {
        pulled += 1
      }).pipe(response)
    })
    const harness = await openHarness(url)
    const answer = await answerTo(`${harness.url}/user/ada/x`)
    await settled(() => pulled)
    expect(pulled).toBeLessThan(SIZE / 2)
    expect(await bytesOf(answer)).toBe(SIZE * MEGABYTE.length)
  })

  it('holds an upload back while the server does not read', async () => {
    let pulled = 0
    let read: () => void = () => undefined
    const url = await httpUpstream((message, response) => {
      read = () => {
        void bytesOf(message).then((bytes) => response.end(String(bytes)))
      }
    })
    const harness = await openHarness(url)
    const upload = request(`${harness.url}/user/ada/x`, { method: 'PUT', agent: false })
    megabytes(SIZE, () => {
      pulled += 1
    }).pipe(upload)
    await settled(() => pulled)
    expect(pulled).toBeLessThan(SIZE / 2)
    read()
    const [answer] = (await once(upload, 'response')) as [IncomingMessage]
    expect((await answer.toArray()).join('')).toBe(String(SIZE * MEGABYTE.length))
  })

  it('passes the head and each event on before there is more', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n')
    })
    const { port } = await openHarness(upstream.url)
    const client = rawClient(port, 'GET /user/ada/events HTTP/1.1\r\nHost: h\r\n\r\n')
    await client.until(/text\/event-stream[\s\S]*\r\n\r\n$/)
    upstream.connections[0]?.send('data: 1\n\n')
    await client.until(/data: 1\n\n\r\n$/)
    upstream.connections[0]?.send('data: 2\n\n')
    await client.until(/data: 2\n\n\r\n$/)
    expect(client.text).not.toMatch(/0\r\n\r\n$/)
  })

  it('passes the head of a long poll with a length on at once', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n')
    })
    const { port } = await openHarness(upstream.url)
    const client = rawClient(port, 'GET /user/ada/poll HTTP/1.1\r\nHost: h\r\n\r\n')
    await client.until(/\r\n\r\n$/)
    upstream.connections[0]?.send('done')
    expect(await client.until(/done$/)).toMatch(/content-length: 4/i)
  })

  it('passes both directions of one request at the same time', async () => {
    const url = await httpUpstream((message, response) => void message.pipe(response))
    const harness = await openHarness(url)
    const client = rawClient(
      harness.port,
      'POST /user/ada/echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n',
    )
    await client.until(/one\r\n$/)
    client.send('3\r\ntwo\r\n0\r\n\r\n')
    expect(await client.until(/0\r\n\r\n$/)).toMatch(/3\r\ntwo\r\n0\r\n\r\n$/)
  })

  it('reuses a connection to the server for the next request', async () => {
    const upstream = await rawUpstream((connection) => {
      connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      connection.until(/GET [\s\S]*GET [\s\S]*\r\n\r\n$/).then(
        () => connection.send('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo'),
        () => undefined,
      )
    })
    const harness = await openHarness(upstream.url)
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    for (const expected of ['ok', 'two']) {
      const [answer] = (await once(get(`${harness.url}/user/ada/x`, { agent }), 'response')) as [
        IncomingMessage,
      ]
      expect((await answer.toArray()).join('')).toBe(expected)
    }
    expect(upstream.connections).toHaveLength(1)
  })

  it('answers requests that were sent together in their order', async () => {
    const url = await httpUpstream((message, response) => response.end(`<${message.url}>`))
    const { port } = await openHarness(url)
    const one = (name: string): string => `GET /user/ada/${name} HTTP/1.1\r\nHost: h\r\n\r\n`
    const client = rawClient(port, one('a') + one('b') + one('c'))
    expect(await client.until(/ada\/c>$/)).toMatch(/ada\/a>[\s\S]*ada\/b>[\s\S]*ada\/c>$/)
  })
})
