import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endUnreadAnswer } from '../../../src/edge/limits/unread-answer.ts'
import { rawClient } from '../../proxy/raw-connection.ts'
import { eventually } from '../../support/gateway-process.ts'
import { get } from './listening.ts'

const PATIENCE_MS = 60_000
/** More than all buffers on the way take. */
const LARGE = Buffer.alloc(64 * 1024 * 1024, 'x')

async function openServer(timeoutMs: number, answer: (response: ServerResponse) => void) {
  let cuts = 0
  // As the listener has it: Node would set another time-out between two requests.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    if (request.url === '/watched') endUnreadAnswer(response, timeoutMs, () => cuts++)
    answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, cuts: () => cuts, server }
}

describe('an answer that its client does not read', () => {
  it('is cut off', async () => {
    const closed: boolean[] = []
    const { port, cuts } = await openServer(100, (response) => {
      response.once('close', () => closed.push(response.writableFinished))
      response.end(LARGE)
    })
    rawClient(port, get('/watched')).socket.pause()
    await eventually('it is over', () => closed.length === 1, PATIENCE_MS)
    expect(closed).toEqual([false])
    expect(cuts()).toBe(1)
  })

  it('is not one that it reads slowly', async () => {
    const timeoutMs = 1_000
    const { port, cuts } = await openServer(timeoutMs, (response) => response.end(LARGE))
    const { socket } = rawClient(port, get('/watched'))
    const begun = Date.now()
    let size = 0
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length
      // Slower than the time-out altogether, and then as fast as it comes.
      if (Date.now() - begun > 3 * timeoutMs) return
      socket.pause()
      setTimeout(() => socket.resume(), 10)
    })
    await eventually('it is whole', () => size > LARGE.length, PATIENCE_MS)
    expect(cuts()).toBe(0)
  })

  it('is not one that was not made yet', async () => {
    const { port, cuts } = await openServer(50, (response) => {
      setTimeout(() => response.end('late'), 400)
    })
    const client = rawClient(port, get('/watched'))
    await client.until(/late$/)
    expect(cuts()).toBe(0)
  })

  it.each(['at once', 'when it was answered'])(
    'says nothing of the answer to a request behind it that was sent %s',
    async (when) => {
      const { port } = await openServer(50, (response) => {
        const isWatched = response.req.url === '/watched'
        setTimeout(() => response.end(isWatched ? 'soon' : 'late'), isWatched ? 0 : 400)
      })
      const client = rawClient(port, get('/watched') + (when === 'at once' ? get('/other') : ''))
      await client.until(/soon/)
      if (when !== 'at once') client.send(get('/other'))
      expect(await client.until(/soon.*late$/s)).toContain('200 OK')
    },
  )
})
