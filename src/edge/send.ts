import type { ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** Sends a small answer that is not streamed. */
export async function send(target: ServerResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer())
  target.setHeader('content-length', body.length)
  target.writeHead(answer.status, [...answer.headers].flat())
  target.end(body)
}

/** Answers an upgrade on its raw socket, which is closed then. */
export async function sendRaw(socket: Duplex, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer())
  const headers = [...answer.headers]
    .filter(([name]) => !['connection', 'content-length'].includes(name))
    .map(([name, value]) => `${name}: ${value}\r\n`)
  const reason = STATUS_CODES[answer.status] ?? ''
  const head = `HTTP/1.1 ${answer.status} ${reason}\r\n${headers.join('')}content-length: ${body.length}\r\nconnection: close\r\n\r\n`
  socket.on('error', () => socket.destroy())
  socket.end(Buffer.concat([Buffer.from(head, 'latin1'), body]))
}
