import type { Socket } from 'node:net'
import { writeAndFree } from './free-memory.ts'

/** So much is gathered before it is written, in bytes: what one read brings, and a socket holds. */
const GATHERED = 64 * 1024

/** Writes requests with a body, one after the other, to a server. */
export class BodyWriter {
  readonly #socket: Socket
  #isGathering = false
  #isHeld = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Whether nothing of the request was written yet. */
  get isHeld(): boolean {
    return this.#isHeld
  }

  /** Begins a request; its head goes out with what there is of the body already. */
  begin(head: string): void {
    this.#isHeld = true
    this.#gather()
    this.#socket.write(head, 'latin1')
  }

  /**
   * Writes a piece.
   * @param piece not to be used any more
   * @param isChunk whether it is framed as a chunk (RFC 9112 §7.1)
   * @returns whether the socket takes more; if not, it tells by 'drain' when it does
   */
  write(piece: Buffer, isChunk: boolean): boolean {
    if (isChunk) {
      // One read may bring many of them.
      this.#gather()
      this.#socket.write(`${piece.length.toString(16)}\r\n`, 'latin1')
    }
    let hasRoom = writeAndFree(this.#socket, piece)
    if (isChunk) hasRoom = this.#socket.write('\r\n', 'latin1')
    if (this.#socket.writableLength >= GATHERED) this.#flush()
    return hasRoom || this.#socket.writableLength === 0
  }

  /** Ends a body. */
  end(isChunked: boolean): void {
    if (isChunked) this.#socket.write('0\r\n\r\n', 'latin1')
    this.#flush()
  }

  /** Holds back what is written until there is much of it, or nothing more to read. */
  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    this.#socket.cork()
    setImmediate(this.#flush)
  }

  readonly #flush = (): void => {
    if (!this.#isGathering) return
    this.#isGathering = false
    this.#isHeld = false
    this.#socket.uncork()
  }
}
