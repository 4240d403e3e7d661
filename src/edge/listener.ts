import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/schema.ts'
import type { Traffic } from '../metrics/traffic.ts'
import { endBehind } from '../proxy/linger.ts'
import type { Front } from './front.ts'
import { Admission } from './limits/admission.ts'
import { IdleConnections } from './limits/idle-connections.ts'
import { owedOn, Pipelines } from './limits/owed.ts'
import { refuseBroken, refuseRaw } from './limits/refuse-broken.ts'

const ignore = (): void => undefined

/** Longest and shortest pause between two looks for heads that are late, in milliseconds. */
const MAX_CHECK_MS = seconds(5)
const MIN_CHECK_MS = 50

export type ListenConfig = Pick<Config, 'limits' | 'listen' | 'trusted_proxies'>

export interface ListenerOptions {
  front: Pick<Front, 'request' | 'takesUpgrade' | 'upgrade'>
  /** The configuration in force. */
  config: () => ListenConfig
  traffic: Pick<Traffic, 'socketOpened' | 'socketClosed' | 'rejected'>
  log: Log
}

/** The socket's side of the edge: accepts connections, hears what comes on them, and ends them. */
export class Listener {
  readonly #options: ListenerOptions
  readonly #server: Server
  readonly #admission: Admission
  readonly #pipelines = new Pipelines()
  #draining = false

  constructor(options: ListenerOptions) {
    this.#options = options
    const { front, config, traffic, log } = options
    const { limits, listen } = config()
    const headTimeout = seconds(listen.head_timeout)
    const server = createServer({
      headersTimeout: headTimeout,
      connectionsCheckingInterval: Math.min(MAX_CHECK_MS, Math.max(MIN_CHECK_MS, headTimeout / 4)),
      // An upload may take as long as it takes.
      requestTimeout: 0,
      // IdleConnections sees to that.
      keepAliveTimeout: 0,
      maxHeaderSize: limits.header_bytes,
      noDelay: true,
      // check-request.ts asks for one; Node's own answer would not be the last on its connection.
      requireHostHeader: false,
      // A request without a body is no stream: that is most of them.
      optimizeEmptyRequests: true,
      // Any other protocol that a client offers (h2c) is not taken up: RFC 9110 §7.8.
      shouldUpgradeCallback: (request) =>
        request.headers.upgrade?.toLowerCase() === 'websocket' && front.takesUpgrade(request),
    })
    // Node would silently drop headers past its limit; check-request.ts counts them.
    server.maxHeadersCount = 0
    server.on('request', (request, response) => this.#onRequest(request, response))
    server.on('checkExpectation', (request, response) => this.#onExpectation(request, response))
    server.on('upgrade', (request, socket, head) => {
      // Always one of these with our server; the types allow any stream.
      if (socket instanceof Socket) this.#onUpgrade(request, socket, head)
      else socket.destroy()
    })
    server.on('connect', (_request, socket) => this.#refuseRaw(socket))
    server.on('clientError', (error, socket) => {
      const reason = refuseBroken(error, socket)
      if (reason !== undefined) traffic.rejected(reason)
    })
    // Such as a connection that cannot be accepted because there are no file descriptors left.
    server.on('error', (error) => {
      if (server.listening) log.error({ err: error }, 'a connection cannot be accepted')
    })
    this.#server = server
    this.#admission = new Admission({ server, config, traffic })
    new IdleConnections(server, seconds(listen.keep_alive_timeout))
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const hearing = this.#pipelines.look(socket, response)
    if (hearing === 'too-many') this.#options.traffic.rejected('too_many_requests')
    else if (hearing === 'heard') this.#hear(request, response)
    else if (hearing !== 'unheard') {
      hearing.once('close', () => {
        if (socket.writable) this.#hear(request, response)
      })
    }
  }

  #hear(request: IncomingMessage, response: ServerResponse): void {
    // Node lets go of what came along behind an upgrade that is not made: nothing behind it is read.
    const isUpgrade = request.headers.upgrade !== undefined
    if (this.#draining || isUpgrade) response.shouldKeepAlive = false
    this.#options.front.request(request, response).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'a request was not answered')
      request.socket.destroy()
    })
  }

  /** RFC 9110 §10.1.1: there is no expectation but 100-continue. */
  #onExpectation({ socket }: IncomingMessage, response: ServerResponse): void {
    const { traffic } = this.#options
    const hearing = this.#pipelines.look(socket, response)
    if (hearing === 'unheard') return
    traffic.rejected(hearing === 'too-many' ? 'too_many_requests' : 'bad_request')
    if (hearing === 'too-many') return
    endBehind(response)
    response.writeHead(417, { 'content-length': '0', 'cache-control': 'no-store' }).end()
  }

  /** Ends a connection that Node's server does not read from any more, but for what it owes. */
  #refuseRaw(socket: Duplex): void {
    socket.on('error', ignore)
    if (refuseRaw(socket, 'bad_request')) this.#options.traffic.rejected('bad_request')
    // A client that leaves would not be seen.
    socket.once('end', () => socket.destroy()).resume()
  }

  #onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    // Node's server does not listen to it any more: a lost connection would be nobody's error.
    socket.on('error', ignore)
    if (owedOn(socket) !== undefined || socket.writableEnded) {
      // It cannot change hands while it carries answers.
      this.#refuseRaw(socket)
      return
    }
    this.#options.front.upgrade(request, socket, head).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'an upgrade was not answered')
      socket.destroy()
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
      this.#admission.destroyAll()
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
