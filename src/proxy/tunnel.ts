import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { createProxyServer } from 'http-proxy-3'
import { seconds } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import { frameMeter } from './activity.ts'
import type { LiveExchange, Standing } from './connections.ts'
import type { Ending } from './endings.ts'
import { endingError } from './endings.ts'
import { FramedPair } from './framed-pair.ts'
import type { HeaderRecord } from './header-record.ts'
import { headerRecord } from './header-record.ts'
import type { Passage } from './passage.ts'
import { answerScope, forwardedFacts } from './passage.ts'
import { refuseUpgrade, refuseWithError } from './refuse-upgrade.ts'
import { requestHeaders } from './request-headers.ts'
import type { AnswerScope } from './response-headers.ts'
import { responseHeaders } from './response-headers.ts'
import type { Route } from './route.ts'
import { forwardedTarget } from './target.ts'
import { HandshakeTimeout, upstreamError } from './upstream-error.ts'
import { isAccepted } from './websocket-handshake.ts'

/** How long one side may stay open after the other has closed, in milliseconds. */
const LINGER_MS = seconds(5)
/** Silence after which the operating system asks whether the other side is still there. */
const KEEP_ALIVE_MS = seconds(30)
/** Largest body of a server's refusal that is passed on, in bytes. */
const MAX_REFUSAL = 64 * 1024

/** One WebSocket on its way to a server: the handshake, then both directions until either ends. */
export class Tunnel implements LiveExchange {
  readonly kind = 'websocket'
  readonly credentialId: string
  readonly server: string
  readonly #request: IncomingMessage
  readonly #socket: Socket
  readonly #route: Route
  readonly #passage: Passage
  #upstream: ClientRequest | undefined
  #upstreamSocket: Socket | undefined
  #pair: FramedPair | undefined
  #deadline: NodeJS.Timeout | undefined
  #linger: NodeJS.Timeout | undefined
  #isAnswered = false

  /** @param request a handshake without fault, allowed to pass */
  constructor(request: IncomingMessage, socket: Socket, route: Route, passage: Passage) {
    this.credentialId = passage.credentialId
    this.server = route.fullName
    this.#request = request
    this.#socket = socket
    this.#route = route
    this.#passage = passage
  }

  /**
   * @param head what the client sent behind the handshake; held until the server has switched
   * @returns resolved when the client's side is closed
   */
  open(head: Buffer): Promise<void> {
    const { connections } = this.#passage.proxy
    const unregister = connections.register(this)
    const closed = new Promise<void>((resolve) => {
      this.#socket.once('close', () => {
        unregister()
        this.#onClientClosed()
        resolve()
      })
    })
    try {
      this.#connect(head)
    } catch (error) {
      this.#refuse(error)
    }
    return closed
  }

  recheck(): Promise<Standing> {
    return this.#passage.recheck()
  }

  close(ending: Ending): void {
    if (this.#pair !== undefined) this.#pair.close(ending)
    else if (this.#isAnswered) this.#destroy()
    else {
      this.#refuse(endingError(ending))
      this.#upstream?.destroy()
    }
  }

  #destroy(): void {
    this.#upstream?.destroy()
    this.#upstreamSocket?.destroy()
    this.#socket.destroy()
  }

  #connect(head: Buffer): void {
    const { connectTimeoutMs, firstByteTimeoutMs } = this.#passage.proxy
    const proxy = createProxyServer({
      target: this.#route.url,
      ws: true,
      toProxy: true,
      prependPath: false,
      secure: true,
      connectTimeout: connectTimeoutMs,
    })
    // Errors of the client's socket: its `close` follows.
    proxy.on('error', () => undefined)
    proxy.on('proxyReqWs', (upstream) => {
      this.#upstream = upstream
    })
    proxy.ws(this.#prepared(), this.#socket, head, {}, (error) => this.#onError(error))
    this.#takeOver()
    if (firstByteTimeoutMs > 0) {
      this.#deadline = setTimeout(() => {
        this.#refuse(new HandshakeTimeout('the server did not answer the upgrade'))
        this.#upstream?.destroy()
      }, firstByteTimeoutMs)
    }
  }

  /** The request as the server is to see it; http-proxy-3 reads nothing but these. */
  #prepared(): IncomingMessage {
    const { rawHeaders, url = '/' } = this.#request
    const headers = headerRecord(requestHeaders(rawHeaders, forwardedFacts(this.#passage)))
    headers['connection'] = 'Upgrade'
    headers['upgrade'] = 'websocket'
    return Object.create(this.#request, {
      headers: { value: headers },
      url: { value: forwardedTarget(this.#route, url) },
    }) as IncomingMessage
  }

  /** Puts our look at the server's answer in front of http-proxy-3's relaying of it. */
  #takeOver(): void {
    const upstream = this.#upstream
    if (upstream === undefined) throw new Error('no upgrade request was made')
    const relays = upstream.listeners('upgrade')
    upstream.removeAllListeners('upgrade').removeAllListeners('response')
    upstream.once('upgrade', (answer: IncomingMessage, upstreamSocket: Socket, head: Buffer) => {
      this.#upstreamSocket = upstreamSocket
      clearTimeout(this.#deadline)
      if (this.#isAnswered || this.#socket.destroyed || !isAccepted(this.#request, answer)) {
        upstreamSocket.on('error', () => undefined).destroy()
        this.#refuse(new Error('the answer to the upgrade is not valid'))
        return
      }
      answer.headers = this.#switchingHeaders(answer)
      this.#isAnswered = true
      for (const relay of relays) relay.call(upstream, answer, upstreamSocket, head)
      this.#join(upstreamSocket)
    })
    upstream.once('response', (answer: IncomingMessage) => this.#relayRefusal(answer))
  }

  #switchingHeaders(answer: IncomingMessage): HeaderRecord {
    const headers = headerRecord(responseHeaders(answer.rawHeaders, this.#scope()))
    delete headers['content-length']
    headers['connection'] = 'Upgrade'
    headers['upgrade'] = 'websocket'
    return headers
  }

  #scope(): AnswerScope {
    return answerScope(this.#route, this.#passage)
  }

  /** Sees to it that no side outlives the other for long. */
  #join(upstreamSocket: Socket): void {
    const { isUse, proxy } = this.#passage
    const touch = isUse ? proxy.touch : () => undefined
    const client = this.#socket
    touch(this.#route)
    this.#pair = new FramedPair(client, upstreamSocket)
    client.on('data', frameMeter(this.#route, proxy.clock, touch))
    client.setKeepAlive(true, KEEP_ALIVE_MS)
    upstreamSocket.setKeepAlive(true, KEEP_ALIVE_MS)
    const onHalfClosed = (): void => {
      this.#linger ??= setTimeout(() => this.#destroy(), LINGER_MS)
    }
    client.once('end', onHalfClosed)
    upstreamSocket.once('end', onHalfClosed)
    upstreamSocket.once('close', () => {
      onHalfClosed()
      // What the client still sends has nowhere to go, but must not keep its end from being seen.
      if (!client.destroyed) client.resume()
    })
  }

  #onError(error: Error): void {
    clearTimeout(this.#deadline)
    if (this.#pair !== undefined) this.#pair.serverLost()
    else this.#refuse(error)
  }

  #onClientClosed(): void {
    clearTimeout(this.#deadline)
    this.#isAnswered = true
    const upstreamSocket = this.#upstreamSocket
    if (upstreamSocket === undefined) this.#upstream?.destroy()
    else if (upstreamSocket.destroyed) clearTimeout(this.#linger)
    else {
      upstreamSocket.destroySoon()
      upstreamSocket.once('close', () => clearTimeout(this.#linger))
      this.#linger ??= setTimeout(() => this.#destroy(), LINGER_MS)
    }
  }

  /** Answers the client for a server that failed, unless it has its answer. */
  #refuse(error: unknown): void {
    if (this.#isAnswered) return
    this.#isAnswered = true
    clearTimeout(this.#deadline)
    refuseWithError(this.#socket, upstreamError(error, this.#route))
  }

  /** Passes on a server's ordinary response to the handshake. */
  #relayRefusal(answer: IncomingMessage): void {
    const chunks: Buffer[] = []
    let size = 0
    answer.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_REFUSAL) answer.destroy(new HubgateError('upstream_failed'))
      else chunks.push(chunk)
    })
    answer.once('error', (error) => this.#refuse(error))
    answer.once('end', () => {
      if (this.#isAnswered) return
      this.#isAnswered = true
      clearTimeout(this.#deadline)
      const headers = headerRecord(responseHeaders(answer.rawHeaders, this.#scope()))
      refuseUpgrade(this.#socket, answer.statusCode ?? 502, headers, Buffer.concat(chunks))
      this.#upstream?.destroy()
    })
  }
}
