import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { HubgateError } from '../base/errors.ts'
import { isActivity } from './activity.ts'
import type { LiveExchange, Standing } from './connections.ts'
import type { Ending } from './endings.ts'
import { endingError } from './endings.ts'
import type { Passage } from './passage.ts'
import { answerScope, forwardedFacts } from './passage.ts'
import { hasBody, RequestBody } from './request-body.ts'
import { requestHeaders } from './request-headers.ts'
import { responseHeaders } from './response-headers.ts'
import type { Route } from './route.ts'
import { forwardedTarget, pathBelow } from './target.ts'
import { upstreamError } from './upstream-error.ts'
import type { RoutePool } from './upstream-pools.ts'

type Controller = Dispatcher.DispatchController

const REASON_PHRASE = /^[\x20-\x7e]+$/

const ignore = (): void => undefined

/** One HTTP request on its way to a server and back. */
export class Exchange implements LiveExchange, Dispatcher.DispatchHandler {
  readonly kind = 'http'
  readonly credentialId: string
  readonly server: string
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #route: Route
  readonly #passage: Passage
  readonly #done: (error?: HubgateError) => void
  #slot: RoutePool | undefined
  #unregister: (() => void) | undefined
  #controller: Controller | undefined
  #body: RequestBody | undefined
  /** Why the server's answer is no longer wanted. */
  #abandoned: Error | undefined
  #isOver = false
  #hasData = false

  /** @param done called once; with an error only while nothing was sent to the client */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    passage: Passage,
    done: (error?: HubgateError) => void,
  ) {
    this.credentialId = passage.credentialId
    this.server = route.fullName
    this.#request = request
    this.#response = response
    this.#route = route
    this.#passage = passage
    this.#done = done
  }

  start(): void {
    const { proxy } = this.#passage
    const request = this.#request
    const { method = 'GET', url = '/' } = request
    const slot = proxy.pools.of(this.#route)
    if (!slot.enter()) {
      this.#finish(new HubgateError('too_many_requests'))
      return
    }
    this.#slot = slot
    this.#unregister = proxy.connections.register(this)
    this.#response.once('close', this.#onClientClosed)
    // Data that arrives for a client who has just gone is an error event, and `close` follows.
    this.#response.on('error', ignore)
    // A response that waits for an earlier one on its connection is not told of its end.
    if (this.#response.socket === null) request.socket.once('close', this.#onClientClosed)
    const isUse = this.#passage.isUse && isActivity(method, pathBelow(this.#route, url))
    if (isUse) proxy.touch(this.#route)
    slot.pool.dispatch(this.#options(method, url), this)
  }

  #options(method: string, url: string): Dispatcher.DispatchOptions {
    const request = this.#request
    const headers = requestHeaders(request.rawHeaders, forwardedFacts(this.#passage))
    if (hasBody(request)) {
      const length = request.headers['content-length']
      if (length !== undefined) headers.push('Content-Length', length)
      this.#body = new RequestBody(request)
    }
    return {
      path: forwardedTarget(this.#route, url),
      method: method as Dispatcher.HttpMethod,
      headers,
      body: this.#body ?? null,
    }
  }

  recheck(): Promise<Standing> {
    return this.#passage.recheck()
  }

  close(ending: Ending): void {
    this.#fail(endingError(ending))
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.#abandoned !== undefined) controller.abort(this.#abandoned)
  }

  onResponseStart(controller: Controller, status: number, _: unknown, phrase?: string): void {
    if (status < 200) return
    const response = this.#response
    const raw = controller.rawHeaders as readonly Buffer[]
    const headers = responseHeaders(raw, answerScope(this.#route, this.#passage))
    // What is left of the client's body cannot be told from a next request.
    if (!this.#request.complete) response.shouldKeepAlive = false
    if (phrase !== undefined && REASON_PHRASE.test(phrase)) response.statusMessage = phrase
    response.writeHead(status, headers)
    response.on('drain', this.#onDrain)
    queueMicrotask(this.#flushHead)
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#hasData = true
    if (!this.#response.write(chunk)) controller.pause()
  }

  onResponseEnd(): void {
    this.#leaveSlot()
    this.#response.end()
  }

  onResponseError(_: unknown, error: Error): void {
    this.#leaveSlot()
    if (this.#abandoned === undefined) this.#fail(upstreamError(error, this.#route))
  }

  readonly #onDrain = (): void => this.#controller?.resume()

  /** Sends the head by itself when no data came with it: events and long polls begin at once. */
  readonly #flushHead = (): void => {
    const response = this.#response
    if (!this.#hasData && !response.writableEnded && !response.destroyed) response.flushHeaders()
  }

  readonly #onClientClosed = (): void => {
    if (this.#slot !== undefined) this.#abandon(new Error('the client went away'))
    this.#finish()
  }

  /** Ends the exchange as a failure: by an error if the client has seen nothing, else by a cut. */
  #fail(error: HubgateError): void {
    if (this.#isOver) return
    this.#abandon(error)
    if (!this.#response.headersSent) this.#finish(error)
    else {
      const { log } = this.#passage.proxy
      log.info({ err: error, ...error.detail }, 'response cut off')
      this.#response.destroy()
      this.#finish()
    }
  }

  #abandon(reason: Error): void {
    if (this.#abandoned !== undefined) return
    this.#abandoned = reason
    this.#body?.destroy(reason)
    this.#controller?.abort(reason)
  }

  #leaveSlot(): void {
    this.#slot?.leave()
    this.#slot = undefined
  }

  #finish(error?: HubgateError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unregister?.()
    this.#response.off('close', this.#onClientClosed)
    this.#response.off('drain', this.#onDrain)
    this.#request.socket.off('close', this.#onClientClosed)
    if (error !== undefined && !this.#request.complete) {
      this.#response.shouldKeepAlive = false
      this.#request.resume()
    }
    this.#done(error)
  }
}
