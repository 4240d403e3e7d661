import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import WebSocket from 'ws'
import type { Access } from './hub.ts'
import { patience } from './patience.ts'

/** Nothing may take longer, however the server behaves, in milliseconds. */
export const PATIENCE_MS = 30_000

export interface Answer {
  status: number
  body: Buffer
}

export interface Ask {
  method?: string
  /** Sent in chunks. */
  body?: AsyncIterable<Buffer> | Iterable<Buffer>
}

export const pathOf = ({ user }: Access, path: string): string => `/user/${user}/${path}`

export function openRequest(
  port: number,
  access: Access,
  path: string,
  method = 'GET',
): ClientRequest {
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    method,
    path: pathOf(access, path),
    headers: { authorization: `token ${access.token}` },
    // A connection of its own, so that none is left behind.
    agent: false,
  })
  request.on('error', () => undefined)
  return request
}

/**
 * Asks for something and reads the whole answer.
 * @throws Error when the answer is cut off or takes too long
 */
export async function ask(
  port: number,
  access: Access,
  path: string,
  { method = 'GET', body }: Ask = {},
): Promise<Answer> {
  const request = openRequest(port, access, path, method)
  void patience(PATIENCE_MS).then(() => request.destroy(new Error(`${path} takes too long`)))
  try {
    const answered = once(request, 'response') as Promise<[IncomingMessage]>
    answered.catch(() => undefined)
    for await (const part of body ?? []) {
      if (request.destroyed) break
      request.write(part)
    }
    request.end()
    const [response] = await answered
    const parts: Buffer[] = []
    for await (const part of response) parts.push(part as Buffer)
    return { status: response.statusCode ?? 0, body: Buffer.concat(parts) }
  } finally {
    request.destroy()
  }
}

/** A connection on which something was said. */
export async function say(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(text, 'latin1')
  return socket
}

/** The head of a request that goes on for as long as somebody adds to it. */
export const headOf = (access: Access, path: string, more = ''): string =>
  `GET ${pathOf(access, path)} HTTP/1.1\r\nHost: hub\r\nAuthorization: token ${access.token}\r\n${more}`

export const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** @throws Error when the other side does not end the connection in time */
export async function untilClosed(socket: Socket, withinMs = PATIENCE_MS): Promise<void> {
  if (socket.destroyed) return
  socket.resume()
  await Promise.race([
    once(socket, 'close'),
    patience(withinMs).then(() => {
      if (!socket.destroyed) throw new Error(`a connection is not ended within ${withinMs} ms`)
    }),
  ])
}

/** @throws Error when there is none */
export async function openWebSocket(port: number, access: Access): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${pathOf(access, 'socket')}`, {
    headers: { authorization: `token ${access.token}` },
    perMessageDeflate: false,
    handshakeTimeout: PATIENCE_MS,
  })
  // Whoever waits for it is told by `open` or `close`.
  socket.on('error', () => undefined)
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('close', (code) => reject(new Error(`no WebSocket: ${code}`)))
    socket.once('error', reject)
  })
  await opened
  return socket
}

/** Sends a message and waits until it comes back as it was. */
export async function echo(socket: WebSocket, text: string): Promise<void> {
  const answered = once(socket, 'message') as Promise<[Buffer]>
  const late = patience(PATIENCE_MS).then(() => undefined)
  socket.send(text)
  const [data] = (await Promise.race([answered, late])) ?? []
  if (data === undefined) throw new Error(`no echo within ${PATIENCE_MS} ms`)
  if (data.toString() !== text) throw new Error(`an echo of ${text.length} bytes is another`)
}

/** @throws Error when the WebSocket is not closed by the other side in time */
export async function untilEnded(socket: WebSocket, withinMs = PATIENCE_MS): Promise<number> {
  if (socket.readyState === WebSocket.CLOSED) return 0
  const closed = once(socket, 'close') as Promise<[code: number]>
  const late = patience(withinMs).then(() => undefined)
  const [code] = (await Promise.race([closed, late])) ?? []
  if (code === undefined) throw new Error(`a WebSocket is not closed within ${withinMs} ms`)
  return code
}
