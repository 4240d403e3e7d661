// The server behind all proxies: it answers by the last part of the path, whatever is before it.
import type { Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:net'
import { WebSocketServer } from 'ws'
import { bytesOf, SIZES, SMALL } from './bodies.ts'
import { MessageReader } from './message-reader.ts'

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })

function answerOf(body: Buffer, type: string, connection = ''): Buffer {
  const head = `HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n`
  return Buffer.concat([Buffer.from(`${head}${connection}\r\n`), body])
}

const JSON_TYPE = 'application/json'
const FIXED = new Map([
  ['small', answerOf(SMALL, JSON_TYPE)],
  ['medium', answerOf(bytesOf(SIZES.medium), 'application/octet-stream')],
  ['large', answerOf(bytesOf(SIZES.large), 'application/octet-stream')],
])
const SMALL_AND_CLOSE = answerOf(SMALL, JSON_TYPE, 'Connection: close\r\n')

/** One connection, and the request on it that is being read. */
class Exchange {
  readonly #socket: Socket
  #head = ''
  #what = ''
  #hash: Hash | undefined
  #bytes = 0

  constructor(socket: Socket) {
    this.#socket = socket
  }

  head(text: string): 'stop' | undefined {
    this.#head = text
    const path = text.slice(0, text.indexOf('\r\n')).split(' ', 2)[1] ?? ''
    this.#what = path.slice(path.lastIndexOf('/') + 1)
    if (this.#what === 'socket') return 'stop'
    this.#bytes = 0
    this.#hash = this.#what === 'sink' ? createHash('sha256') : undefined
    return undefined
  }

  body(part: Buffer): void {
    this.#bytes += part.length
    this.#hash?.update(part)
  }

  end(): void {
    const isLast = /\r\nconnection: *close/i.test(this.#head)
    const fixed = FIXED.get(this.#what)
    if (isLast && this.#what === 'small') this.#socket.end(SMALL_AND_CLOSE)
    else if (fixed !== undefined) this.#socket.write(fixed)
    else if (isLast) this.#socket.end(this.#made())
    else this.#socket.write(this.#made())
  }

  /** Takes the connection for a WebSocket that sends back what it is sent. */
  upgrade(head: Buffer): void {
    const lines = this.#head.split('\r\n').slice(1)
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
      }),
    )
    const request = { method: 'GET', url: '/', headers } as unknown as IncomingMessage
    sockets.handleUpgrade(request, this.#socket, head, (socket) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
      socket.on('error', () => undefined)
    })
  }

  #made(): Buffer {
    const seen =
      this.#what === 'sink'
        ? { bytes: this.#bytes, sha256: this.#hash?.digest('hex') }
        : { head: this.#head }
    return answerOf(Buffer.from(JSON.stringify(seen)), JSON_TYPE)
  }
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined)
  // With many routes it listens on all addresses, for there are many of this machine.
  if (socket.remoteAddress?.startsWith('127.') !== true) {
    socket.destroy()
    return
  }
  const exchange = new Exchange(socket)
  const reader = new MessageReader(exchange)
  const read = (bytes: Buffer): void => {
    const rest = reader.feed(bytes)
    if (rest === undefined) return
    socket.off('data', read)
    exchange.upgrade(rest)
  }
  socket.on('data', read)
})

server.listen({ port: 0, host: process.argv[2] ?? '127.0.0.1', backlog: 4_096 }, () => {
  process.send?.((server.address() as AddressInfo).port)
})
