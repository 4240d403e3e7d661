import type { Socket } from 'node:net'
import type { Flushable } from '../../base/after-poll.ts'
import { afterPoll } from '../../base/after-poll.ts'
import type { Traffic } from '../../metrics/traffic.ts'
import { AnswerReader } from './answer-reader.ts'
import { BodyWriter } from './body-writer.ts'
import type { Call, CallConnection } from './call.ts'
import type { BytesListener, Endpoint } from './open-socket.ts'
import { openSocket } from './open-socket.ts'
import type { UpstreamTimes } from './patience.ts'
import { Patience } from './patience.ts'
import type { Ticker, Watched } from './ticker.ts'
import { UpstreamFault } from './upstream-fault.ts'

/** What all connections of a pool share. */
export interface ConnectionContext {
  readonly endpoint: Endpoint
  readonly times: UpstreamTimes
  readonly ticker: Ticker
  readonly traffic: Traffic
  /** It can take another request. */
  onFree(connection: UpstreamConnection): void
  /** It is closed, or closing; told once, before {@link onLost}. */
  onClosed(connection: UpstreamConnection): void
  /** @param isStale whether the server may have closed it before it saw the request */
  onLost(call: Call, error: Error, isStale: boolean): void
}

/** Behind what the server promises, in seconds: it may close a little early, and we may be late. */
const IDLE_MARGIN_S = 1
/** What a server is believed to keep an idle connection for, in milliseconds. */
const IDLE_MS = 60_000

/** How long an idle connection is kept, in milliseconds; 0 or less for not at all. */
function keptFor(idleSeconds: number): number {
  return Math.min(IDLE_MS, (idleSeconds - IDLE_MARGIN_S) * 1_000)
}

/** One connection to a server: one request at a time, and its answer (threats.md P5). */
export class UpstreamConnection implements CallConnection, BytesListener, Watched, Flushable {
  readonly #context: ConnectionContext
  readonly #socket: Socket
  readonly #body: BodyWriter
  #call: Call | undefined
  #reader: AnswerReader | undefined
  readonly #patience: Patience
  /** On the clock of `performance.now()`, as all that is called `now`. */
  #startedAt: number
  /** When its last answer began: it is idle for less long than that. */
  #answeredAt = 0
  #idleMs = IDLE_MS
  #uses = 0
  #isConnected = false
  #isOver = false
  #hasAnswer = false
  #isSent = false
  /** The request waits to be written. */
  #isHeld = false

  constructor(context: ConnectionContext) {
    this.#context = context
    this.#startedAt = performance.now()
    this.#patience = new Patience(context.times, context.ticker)
    context.ticker.add(this)
    this.#socket = openSocket(context.endpoint, this)
      .once(context.endpoint.isTls ? 'secureConnect' : 'connect', this.#onConnect)
      .on('drain', this.#onDrain)
      .once('end', this.#onEnd)
      .on('error', this.#onError)
      .once('close', this.#onClose)
    this.#body = new BodyWriter(this.#socket)
  }

  get deadline(): number {
    return this.#patience.deadline
  }

  get expectsMore(): boolean {
    return this.#reader?.isLarge === true
  }

  get isDoneWith(): boolean {
    return this.#call?.isWritten === true
  }

  /**
   * Whether the server still keeps it, as far as is known.
   * @param maxIdleMs how long it may be idle
   */
  isFresh(now: number, maxIdleMs: number): boolean {
    return now - this.#answeredAt < Math.min(this.#idleMs, maxIdleMs)
  }

  /** Sends a request. The connection must be free, or new. */
  send(call: Call, now: number): void {
    this.#uses++
    this.#call = call
    this.#reader = new AnswerReader(call.method, call)
    this.#hasAnswer = false
    this.#isSent = call.body === undefined
    if (this.#isConnected) this.#begin(now)
    call.onConnection(this)
    if (call.body === undefined) {
      this.#isHeld = true
      afterPoll(this)
    } else {
      // The head goes out with what there is of the body already.
      this.#body.begin(call.head)
      call.body.flowTo(this)
    }
  }

  /** Writes the request that is held back. */
  flush(): void {
    this.#isHeld = false
    if (this.#call !== undefined) this.#socket.write(this.#call.head, 'latin1')
  }

  writeBody(chunk: Buffer): boolean {
    if (this.#isOver) return false
    this.#expectFirstByte()
    return this.#body.write(chunk, this.#call?.isChunked === true)
  }

  endBody(): void {
    if (this.#isOver) return
    this.#isSent = true
    this.#expectFirstByte()
    this.#body.end(this.#call?.isChunked === true)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#patience.goOn()
    this.#socket.resume()
  }

  destroy(): void {
    this.#call = undefined
    this.#end()
  }

  /** Ends it, and fails what it is used for. */
  abort(error: Error): void {
    this.#fail(error, false)
  }

  onBytes(bytes: Buffer, isShared: boolean): boolean {
    const call = this.#call
    const reader = this.#reader
    // Nobody asked for it: what else comes cannot be trusted either.
    if (call === undefined || reader === undefined) {
      this.destroy()
      return false
    }
    if (this.#isHeld || this.#body.isHeld) {
      this.#fail(new UpstreamFault('unasked_answer'), true)
      return false
    }
    if (!this.#hasAnswer) {
      this.#hasAnswer = true
      this.#answeredAt = performance.now()
      this.#context.traffic.firstByte((this.#answeredAt - this.#startedAt) / 1_000)
    }
    this.#patience.goOn()
    try {
      const used = reader.read(bytes, isShared)
      const isWritten = call.isWritten
      if (reader.isDone) this.#finish(used < bytes.length)
      return isWritten
    } catch (error) {
      this.#fail(error instanceof Error ? error : new UpstreamFault('bad_framing'), false)
      return false
    }
  }

  onDeadline(): void {
    if (this.#call === undefined) this.destroy()
    else this.#fail(new UpstreamFault(this.#patience.late), false)
  }

  #begin(now: number): void {
    this.#startedAt = now
    this.#expectFirstByte()
  }

  /** From now on the server has its time: to answer, or, while it is sent a body, to go on. */
  #expectFirstByte(): void {
    if (!this.#isConnected) return
    if (this.#hasAnswer || !this.#isSent) this.#patience.goOn()
    else this.#patience.firstByte()
  }

  /** The answer is complete. */
  #finish(hasLeftovers: boolean): void {
    const framing = this.#reader?.head?.framing
    this.#call = undefined
    this.#reader = undefined
    const isClean = !hasLeftovers && this.#isSent && this.#socket.writableLength === 0
    const keepsAlive = isClean && !this.#isOver && framing?.keepsAlive === true
    this.#idleMs = keepsAlive ? keptFor(framing.idleSeconds) : 0
    if (this.#idleMs <= 0) {
      this.#end()
      return
    }
    if (this.#socket.isPaused()) this.#socket.resume()
    this.#patience.rest(this.#idleMs)
    this.#context.onFree(this)
  }

  readonly #onConnect = (): void => {
    const { traffic } = this.#context
    this.#isConnected = true
    traffic.socketOpened('upstream')
    const now = performance.now()
    traffic.upstreamConnected((now - this.#startedAt) / 1_000)
    this.#begin(now)
  }

  readonly #onDrain = (): void => {
    if (this.#call === undefined) return
    this.#expectFirstByte()
    this.#call.body?.resume()
  }

  readonly #onEnd = (): void => {
    const reader = this.#reader
    if (this.#call !== undefined && reader?.end() === true) this.#finish(true)
    else this.#fail(new UpstreamFault(this.#hasAnswer ? 'closed_early' : 'closed'), true)
  }

  readonly #onClose = (): void => {
    if (this.#isConnected) this.#context.traffic.socketClosed('upstream')
    this.#fail(new UpstreamFault('closed'), true)
  }

  readonly #onError = (error: Error): void => this.#fail(error, true)

  /** @param isOfServer whether it may be that the server ended an idle connection */
  #fail(error: Error, isOfServer: boolean): void {
    const call = this.#call
    const isStale = isOfServer && this.#uses > 1 && !this.#hasAnswer
    this.destroy()
    if (call !== undefined) this.#context.onLost(call, error, isStale)
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#context.ticker.delete(this)
    this.#socket.destroy()
    this.#context.onClosed(this)
  }
}
