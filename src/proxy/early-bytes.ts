import type { Socket } from 'node:net'

/** How much is held, in bytes, before the client is no longer read from. */
const MAX_HELD = 64 * 1024

/**
 * What a client sends before its WebSocket is open: held back until the server has switched
 * (threats.md P10). It is read from meanwhile, or its leaving would not be seen.
 */
export class EarlyBytes {
  readonly #client: Socket
  readonly #onLeft: () => void
  readonly #chunks: Buffer[] = []
  #size = 0

  /**
   * @param first what came with the request
   * @param onLeft called when the client ends its side
   */
  constructor(client: Socket, first: Buffer, onLeft: () => void) {
    this.#client = client
    this.#onLeft = onLeft
    if (first.length > 0) this.#hold(first)
    client.on('data', this.#hold)
    client.once('end', onLeft)
  }

  /** Ends the holding: what came is what is read from the client next, once it is resumed. */
  giveBack(): void {
    this.#client.off('data', this.#hold)
    this.#client.off('end', this.#onLeft)
    this.#client.pause()
    if (this.#size > 0) this.#client.unshift(Buffer.concat(this.#chunks))
  }

  readonly #hold = (chunk: Buffer): void => {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > MAX_HELD) this.#client.pause()
  }
}
