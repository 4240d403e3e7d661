import type { IncomingMessage } from 'node:http'
import type { CallConnection, SendableBody } from './upstream/call.ts'
import type { RequestFraming } from './upstream/request-head.ts'

const ignore = (): void => undefined

/** Servers expect a body of these, and some want to be told that it is empty (RFC 9110 §8.6). */
const WITH_BODY: ReadonlySet<string | undefined> = new Set(['PATCH', 'POST', 'PUT'])

/** How the client's body, if it sends one, is framed for the server. It was checked before. */
export function requestFraming({ method, headers }: IncomingMessage): RequestFraming {
  const { 'content-length': length, 'transfer-encoding': coding } = headers
  if (coding !== undefined) return 'chunked'
  if (length === undefined) return 'none'
  return Number(length) > 0 || WITH_BODY.has(method) ? { length } : 'none'
}

/**
 * A client's body on its way to a server, with backpressure. It stands between the two so that
 * ending it does not touch the client's connection: what the server no longer wants is read and
 * thrown away.
 */
export class RequestBody implements SendableBody {
  readonly #request: IncomingMessage
  readonly #onLost: () => void
  #sink: CallConnection | undefined
  /** Bytes still owed; NaN when only the end tells. */
  #left: number
  #isOver = false

  /** @param onLost called when the client cannot send all of it any more */
  constructor(request: IncomingMessage, framing: RequestFraming, onLost: () => void) {
    this.#request = request
    this.#onLost = onLost
    this.#left = typeof framing === 'string' ? Number.NaN : Number(framing.length)
    // An error of the request is told by its `close` as well.
    request.on('error', ignore)
    request.once('close', this.#onClose)
  }

  /** Begins to send. */
  flowTo(sink: CallConnection): void {
    if (this.#isOver) return
    this.#sink = sink
    this.#request.on('data', this.#onData)
    this.#request.once('end', this.#onEnd)
  }

  /** The sink takes more. */
  resume(): void {
    if (!this.#isOver) this.#request.resume()
  }

  /** Throws away what has not been sent. */
  stop(): void {
    if (this.#isOver) return
    this.#isOver = true
    const request = this.#request
    request.off('data', this.#onData)
    request.off('end', this.#onEnd)
    request.off('close', this.#onClose)
    if (!request.destroyed) request.resume()
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#left -= chunk.length
    if (this.#left < 0) this.#lose()
    else if (this.#sink?.writeBody(chunk) === false) this.#request.pause()
  }

  readonly #onEnd = (): void => {
    if (this.#left > 0 || !this.#request.complete) {
      this.#lose()
      return
    }
    this.stop()
    this.#sink?.endBody()
  }

  readonly #onClose = (): void => {
    if (!this.#request.readableEnded) this.#lose()
  }

  #lose(): void {
    this.stop()
    this.#onLost()
  }
}
