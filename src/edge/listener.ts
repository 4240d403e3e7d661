import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import type { Front } from './front.ts'

/** Milliseconds in which a request's head must arrive. */
const HEAD_TIMEOUT_MS = seconds(20)
/** Milliseconds that an idle connection is kept for a next request. */
const KEEP_ALIVE_MS = seconds(75)
/** Bytes that a request's head may have. */
const MAX_HEAD = 64 * 1024

const BAD_REQUEST =
  'HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\ncache-control: no-store\r\n\r\n'

/** The socket's side of the edge: accepts connections and ends them. */
export class Listener {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #draining = false

  constructor(front: Front) {
    this.#server = createServer({
      headersTimeout: HEAD_TIMEOUT_MS,
      // An upload may take as long as it takes.
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEAD,
      noDelay: true,
      // Any other protocol that a client offers (h2c) is not taken up: RFC 9110 §7.8.
      shouldUpgradeCallback: (request) =>
        request.headers.upgrade?.toLowerCase() === 'websocket' && front.takesUpgrade(request),
    })
    // Node would silently drop headers past its limit; check-request.ts counts them.
    this.#server.maxHeadersCount = 0
    this.#server.on('request', (request, response) => {
      if (this.#draining) response.shouldKeepAlive = false
      void front.request(request, response)
    })
    this.#server.on('upgrade', (request, socket, head) => {
      // Always one of these with our server; the types allow any stream.
      if (socket instanceof Socket) void front.upgrade(request, socket, head)
      else socket.destroy()
    })
    this.#server.on('connect', (_request, socket) => socket.end(BAD_REQUEST))
    this.#server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end(BAD_REQUEST)
      else socket.destroy()
    })
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /**
   * @param reusePort whether other processes may listen on it as well, and share what comes in
   * @returns the port that it listens on
   * @throws HubgateError `unavailable` when the address cannot be had
   */
  async listen(host: string, port: number, reusePort: boolean): Promise<number> {
    this.#server.listen({ host, port, reusePort })
    try {
      await once(this.#server, 'listening')
    } catch (error) {
      throw cannotListen(error, host, port)
    }
    return (this.#server.address() as AddressInfo).port
  }

  /** From now on each answer ends its connection, so that clients come back to another replica. */
  drain(): void {
    this.#draining = true
    // What is being answered now was promised a connection that stays: it stays for a moment.
    this.#server.keepAliveTimeout = 1
  }

  /**
   * Accepts no more, lets requests in flight finish, and cuts what is open after the grace.
   * @param graceMs milliseconds
   */
  async close(graceMs: number): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeIdleConnections()
    const patience = new AbortController()
    const cut = async () => {
      await delay(graceMs, undefined, { signal: patience.signal })
      for (const socket of this.#sockets) socket.destroy()
    }
    const cutting = cut().catch(() => undefined)
    await closed
    patience.abort()
    await cutting
  }
}

function cannotListen(cause: unknown, host: string, port: number): HubgateError {
  const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  const message = `Cannot listen on ${host}:${port} (${why}). Choose another with listen.port or --port.`
  return new HubgateError('unavailable', message, { cause })
}
