import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { HttpConnection } from '../../bench/proxy/http-connection.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const HEAD = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** Answers one request of each connection and then ends it, as a proxy may that keeps no connections. */
async function endingServer(): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(ANSWER))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

it('tells of a connection that the other side has ended between two requests', async () => {
  await using server = await endingServer()
  const connection = new HttpConnection(server.port, false)

  expect(await connection.send(HEAD)).toMatchObject({ status: 200, length: 2 })
  await connection.closed()
  await expect(connection.send(HEAD)).rejects.toThrow('the connection was closed')
})
