/** The opcode of a Close frame (RFC 6455 §5.5.1). */
const CLOSE = 0x8

/**
 * Knows where the frames of a WebSocket begin and end (RFC 6455 §5.2), whatever the chunks that their
 * bytes come in. It reads headers, skips payloads, and keeps a few numbers.
 */
export class FrameTracker {
  #opcode = 0
  /** Bytes that are sure to follow within this frame's header or payload; Infinity beyond numbers. */
  #skip = 0
  /** Bytes of an extended length still to come, and its value so far. */
  #lengthBytes = 0
  #length = 0
  /** Bytes of the masking key. */
  #mask = 0
  #state: 'border' | 'second' | 'length' | 'payload' = 'border'
  #closed = false

  /** Whether all that was taken so far are whole frames. */
  get atBorder(): boolean {
    return this.#state === 'border'
  }

  /** Whether a whole Close frame was among them: no other may follow. */
  get closed(): boolean {
    return this.#closed
  }

  /** Whether a data frame is under way, not a control frame, nor none. */
  get inData(): boolean {
    return this.#state !== 'border' && this.#opcode < CLOSE
  }

  /**
   * Follows a chunk to its end.
   * @param starts takes the places in the chunk at which a frame begins
   * @returns whether there was something of a data frame in it
   */
  take(chunk: Buffer, starts?: number[]): boolean {
    let at = 0
    let hasData = this.inData
    while (at < chunk.length) {
      if (this.#state === 'border') starts?.push(at)
      at = this.#step(chunk, at)
      hasData ||= this.#opcode < CLOSE
    }
    return hasData
  }

  /**
   * Follows the frame that is under way, and no further.
   * @returns how many bytes of the chunk belong to it: all of them when it does not end there
   */
  takeRest(chunk: Buffer): number {
    let at = 0
    while (at < chunk.length && !this.atBorder) at = this.#step(chunk, at)
    return at
  }

  /** @returns where to go on */
  #step(chunk: Buffer, at: number): number {
    if (this.#state === 'payload') {
      const skipped = Math.min(this.#skip, chunk.length - at)
      this.#skip -= skipped
      if (this.#skip === 0) this.#end()
      return at + skipped
    }
    this.#readHeader(chunk[at] ?? 0)
    return at + 1
  }

  #readHeader(byte: number): void {
    if (this.#state === 'border') {
      this.#opcode = byte & 0x0f
      this.#state = 'second'
    } else if (this.#state === 'second') this.#readSecond(byte)
    else {
      this.#length = this.#length * 256 + byte
      this.#lengthBytes--
      if (this.#lengthBytes === 0) this.#beginPayload()
    }
  }

  #readSecond(byte: number): void {
    const length = byte & 0x7f
    this.#mask = byte >= 0x80 ? 4 : 0
    this.#length = length < 126 ? length : 0
    if (length < 126) this.#beginPayload()
    else {
      this.#lengthBytes = length === 126 ? 2 : 8
      this.#state = 'length'
    }
  }

  /** The masking key is skipped with the payload. */
  #beginPayload(): void {
    const skip = this.#mask + this.#length
    this.#skip = Number.isSafeInteger(skip) ? skip : Infinity
    this.#state = 'payload'
    if (skip === 0) this.#end()
  }

  #end(): void {
    this.#state = 'border'
    if (this.#opcode === CLOSE) this.#closed = true
  }
}
