/** Bytes of the length that goes before each frame, big-endian. */
const HEAD = 4

/**
 * A frame with one JSON document, to be written to a stream.
 * @throws TypeError or RangeError when the document is not JSON, or longer than a string can be
 */
export function frameOf(document: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(document), 'utf8')
  const frame = Buffer.allocUnsafe(HEAD + body.length)
  frame.writeUInt32BE(body.length)
  body.copy(frame, HEAD)
  return frame
}

/** Puts frames together again from whatever pieces they arrive in. */
export class FrameReader {
  readonly #onFrame: (message: unknown) => void
  #pieces: Buffer[] = []
  #size = 0
  /** Bytes of the frame that is arriving, with its head; undefined until the head is there. */
  #wanted: number | undefined

  /** @param onFrame is given each document, in order */
  constructor(onFrame: (message: unknown) => void) {
    this.#onFrame = onFrame
  }

  /** @throws Error when a frame cannot be read; whatever `onFrame` throws */
  push(piece: Buffer): void {
    this.#pieces.push(piece)
    this.#size += piece.length
    while (this.#isWhole()) this.#onFrame(this.#take(this.#wanted ?? HEAD))
  }

  #isWhole(): boolean {
    if (this.#wanted === undefined && this.#size >= HEAD) {
      this.#wanted = HEAD + this.#joined().readUInt32BE()
    }
    return this.#wanted !== undefined && this.#size >= this.#wanted
  }

  #take(length: number): unknown {
    const all = this.#joined()
    const rest = all.subarray(length)
    this.#pieces = rest.length > 0 ? [rest] : []
    this.#size = rest.length
    this.#wanted = undefined
    return JSON.parse(all.toString('utf8', HEAD, length)) as unknown
  }

  /** Only called for a head or a whole frame, so that a long one is not copied for each piece. */
  #joined(): Buffer {
    const [first] = this.#pieces
    if (this.#pieces.length === 1 && first !== undefined) return first
    const all = Buffer.concat(this.#pieces, this.#size)
    this.#pieces = [all]
    return all
  }
}
