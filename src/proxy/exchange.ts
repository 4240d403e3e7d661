import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Flushable } from '../base/after-poll.ts'
import { afterPoll } from '../base/after-poll.ts'
import type { HubgateError } from '../base/errors.ts'
import type { Outcome } from '../metrics/traffic.ts'
import { isActivity } from './activity.ts'
import { cutOff, endUntaken } from './client-connection.ts'
import type { LiveExchange, Standing } from './connections.ts'
import type { Ending } from './endings.ts'
import { endingError } from './endings.ts'
import { sendInterim } from './interim.ts'
import { endBehind } from './linger.ts'
import type { Passage } from './passage.ts'
import { answerScope, forwardedFacts } from './passage.ts'
import { RequestBody, requestFraming } from './request-body.ts'
import { requestHeaders } from './request-headers.ts'
import { responseHeaders } from './response-headers.ts'
import type { Route } from './route.ts'
import { forwardedTarget, pathBelow } from './target.ts'
import type { AnswerHead } from './upstream/answer-head.ts'
import type { Call, CallConnection } from './upstream/call.ts'
import { requestHead } from './upstream/request-head.ts'
import type { UpstreamPool } from './upstream/upstream-pool.ts'
import { outcomeOf, upstreamError } from './upstream-error.ts'

const REASON_PHRASE = /^[\x20-\x7e]+$/

const ignore = (): void => undefined

/** One HTTP request on its way to a server and back. */
export class Exchange implements LiveExchange, Call, Flushable {
  readonly kind = 'http'
  readonly credentialId: string
  readonly server: string
  readonly method: string
  readonly head: string
  readonly isChunked: boolean
  readonly body: RequestBody | undefined
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #route: Route
  readonly #passage: Passage
  readonly #pool: UpstreamPool
  readonly #done: (error?: HubgateError) => void
  #unregister: (() => void) | undefined
  /** What it is sent over, until the answer is complete. */
  #connection: CallConnection | undefined
  /** The last piece of the answer while it waits to be written. */
  #last: string | undefined
  #outcome: Outcome = 'client_gone'
  /** Whether it began while an earlier answer was under way on its connection. */
  #isBehind = false
  #isAbandoned = false
  #isOver = false

  /**
   * @param done called once; with an error only while nothing was sent to the client
   * @throws UpstreamFault when the request cannot be sent as it is
   */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    passage: Passage,
    done: (error?: HubgateError) => void,
  ) {
    const { method = 'GET', url = '/' } = request
    const framing = requestFraming(request)
    const headers = requestHeaders(request.rawHeaders, forwardedFacts(passage))
    this.credentialId = passage.credentialId
    this.server = route.fullName
    this.method = method
    this.head = requestHead({ method, target: forwardedTarget(route, url), headers, framing })
    this.isChunked = framing === 'chunked'
    this.#request = request
    this.#response = response
    this.#route = route
    this.#passage = passage
    this.#pool = passage.proxy.pools.of(route)
    this.#done = done
    if (framing !== 'none') this.body = new RequestBody(request, framing, this.#onClientClosed)
  }

  get isWritten(): boolean {
    const { socket, writableLength } = this.#response
    return !this.#isOver && socket !== null && !socket.destroyed && writableLength === 0
  }

  /** @throws HubgateError `too_many_requests` before anything is sent */
  start(): void {
    const { proxy, visitor, isUse } = this.#passage
    const request = this.#request
    this.#unregister = proxy.connections.register(this, visitor)
    this.#response.on('close', this.#onClientClosed)
    // Data that arrives for a client who has just gone is an error event, and `close` follows.
    this.#response.on('error', ignore)
    // A response that waits for an earlier one on its connection is not told of its end.
    if (this.#response.socket === null) {
      this.#isBehind = true
      // As many as there are requests waiting on it.
      request.socket.setMaxListeners(0).on('close', this.#onClientClosed)
    }
    if (isUse && isActivity(this.method, pathBelow(this.#route, request.url ?? '/'))) {
      proxy.touch(this.#route)
    }
    this.#pool.send(this)
  }

  recheck(): Promise<Standing> {
    return this.#passage.recheck()
  }

  close(ending: Ending): void {
    this.fail(endingError(ending), 'ended')
  }

  onConnection(connection: CallConnection): void {
    this.#connection = connection
  }

  onInterim(head: AnswerHead): void {
    if (!this.#isOver && this.#request.httpVersion === '1.1') sendInterim(this.#response, head)
  }

  onHead({ status, reason, headers }: AnswerHead, isAlone: boolean): void {
    const response = this.#response
    const passed = responseHeaders(headers, answerScope(this.#route, this.#passage))
    // What is left of the client's body cannot be told from a next request.
    if (!this.#request.complete) endBehind(response)
    if (REASON_PHRASE.test(reason)) response.statusMessage = reason
    response.writeHead(status, passed)
    response.on('drain', this.#onDrain)
    // Events and long polls begin at once.
    if (isAlone) response.flushHeaders()
  }

  onData(data: Buffer | string, isLast: boolean): void {
    if (isLast && typeof data === 'string') {
      this.#last = data
      afterPoll(this)
    } else if (isLast) this.#response.end(data, 'latin1')
    else if (!this.#response.write(data, 'latin1') && !this.isWritten) this.#connection?.pause()
  }

  /** Writes what is held back, the end of a small answer. */
  flush(): void {
    if (this.#response.destroyed) return
    this.#response.end(this.#last, 'latin1')
    this.#endUntaken()
  }

  onEnd(): void {
    this.#connection = undefined
    this.#outcome = 'whole'
    this.body?.stop()
    if (!this.#response.writableEnded && this.#last === undefined) this.#response.end()
    if (this.#response.writableEnded) this.#endUntaken()
  }

  #endUntaken(): void {
    endUntaken(this.#response, this.#passage.proxy.timeouts.idleMs, () => {
      this.#outcome = 'client_gone'
    })
  }

  onFault(error: Error): void {
    this.#connection = undefined
    this.fail(upstreamError(error, this.#route), outcomeOf(error))
  }

  /** Ends the exchange as a failure: by an error if the client has seen nothing, else by a cut. */
  fail(error: HubgateError, outcome: Outcome): void {
    if (this.#isOver) return
    this.#outcome = outcome
    this.#abandon()
    if (!this.#response.headersSent) {
      this.#finish(error)
      return
    }
    this.#passage.proxy.log.info({ err: error, ...error.detail }, 'response cut off')
    cutOff(this.#request)
    this.#finish()
  }

  readonly #onDrain = (): void => this.#connection?.resume()

  readonly #onClientClosed = (): void => {
    this.#abandon()
    this.#finish()
  }

  /** The server's answer is no longer wanted. */
  #abandon(): void {
    if (this.#isAbandoned) return
    this.#isAbandoned = true
    this.body?.stop()
    // One that was lost with its connection may be waiting for another.
    this.#pool.cancel(this)
    this.#connection?.destroy()
    this.#connection = undefined
  }

  #finish(error?: HubgateError): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unregister?.()
    this.#response.off('close', this.#onClientClosed)
    this.#response.off('drain', this.#onDrain)
    if (this.#isBehind) this.#request.socket.off('close', this.#onClientClosed)
    // What was refused for its number never began.
    if (this.#unregister !== undefined) {
      this.#passage.proxy.traffic.exchangeEnded('http', this.#outcome)
    }
    if (error !== undefined && !this.#request.complete) {
      endBehind(this.#response)
      this.#request.resume()
    }
    this.#done(error)
  }
}
