import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Whether the client sends a body, whatever the method. Its framing was checked before. */
export function hasBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers
  return coding !== undefined || Number(length ?? 0) > 0
}

/**
 * A client's body on its way to a server, with backpressure. It stands between the two so that
 * whoever destroys it does not touch the client's connection: what the server no longer wants is
 * read and thrown away.
 */
export class RequestBody extends Readable {
  readonly #request: IncomingMessage

  constructor(request: IncomingMessage) {
    super()
    this.#request = request
    request.on('data', this.#onData)
    request.once('end', this.#onEnd)
    request.once('error', this.#onLost)
    request.once('close', this.#onLost)
    request.pause()
    this.on('error', () => undefined)
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.push(chunk)) this.#request.pause()
  }

  readonly #onEnd = (): void => {
    this.push(null)
  }

  readonly #onLost = (): void => {
    if (!this.#request.readableEnded) this.destroy(new Error('the client went away'))
  }

  override _read(): void {
    this.#request.resume()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const request = this.#request
    request.off('data', this.#onData)
    request.off('end', this.#onEnd)
    request.off('close', this.#onLost)
    if (!request.destroyed) request.resume()
    done(error)
  }
}
