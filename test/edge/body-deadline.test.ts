import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endLateBody } from '../../src/edge/body-deadline.ts'

/** A connection to a server that gives bodies so many milliseconds, and what came back on it. */
async function openConnection(timeoutMs: number, answersFirst: boolean) {
  const server = createServer((request, response) => {
    endLateBody(request, timeoutMs, () => request.destroy())
    request.on('error', () => undefined)
    if (answersFirst) response.end('refused')
    else request.on('end', () => response.end('whole')).resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  onTestFinished(() => {
    socket.destroy()
    server.closeAllConnections()
    server.close()
  })
  let received = ''
  socket.on('data', (chunk) => {
    received += String(chunk)
  })
  return { socket, received: () => received }
}

const head = (framing: string): string => `POST / HTTP/1.1\r\nHost: hub.test\r\n${framing}\r\n\r\n`

describe('a body that does not arrive in time', () => {
  it.each(['Content-Length: 10', 'Transfer-Encoding: chunked'])(
    'ends the connection: %s',
    async (framing) => {
      const { socket, received } = await openConnection(20, false)
      socket.write(head(framing))
      await once(socket, 'close')
      expect(received()).toBe('')
    },
  )

  it('does so where the request is answered already', async () => {
    const { socket, received } = await openConnection(50, true)
    socket.write(`${head('Content-Length: 10')}x`)
    await once(socket, 'close')
    expect(received()).toContain('refused')
  })

  it('is not one that is whole, nor one that there is none of', async () => {
    const { socket, received } = await openConnection(1, false)
    socket.write(`${head('Content-Length: 2')}ok`)
    await once(socket, 'data')
    expect(received()).toContain('whole')
    socket.write(head('Content-Length: 0'))
    await once(socket, 'data')
    expect(socket.destroyed).toBe(false)
  })
})
