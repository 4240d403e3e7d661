import { UpstreamFault } from './upstream-fault.ts'

const LF = 0x0a
const CR = 0x0d
const FIRST_SIZE = 2 * 1024
const HEAD_END = Buffer.from('\r\n\r\n', 'latin1')
const START = Buffer.from('HTTP/1.', 'latin1')

/**
 * The place behind a head's empty line; -1 when it is not in there.
 * @param from where the search begins
 */
export function headEnd(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(HEAD_END, from)
  return found < 0 ? -1 : found + HEAD_END.length
}

/** The head of an answer that does not come in one piece, as far as it came. */
export class HeadBuffer {
  readonly #limit: number
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_SIZE)
  #length = 0
  #isComplete = false

  /** @param limit bytes that a head may have */
  constructor(limit: number) {
    this.#limit = limit
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  /**
   * Adds a piece up to the head's end, and copies it.
   * @returns how many of its bytes were used; see {@link isComplete}
   * @throws UpstreamFault when it is too large, or no longer can become a head: what does not speak
   * HTTP, or ends its lines with a bare LF, is not waited for
   */
  add(piece: Buffer): number {
    const before = this.#length
    const room = Math.min(piece.length, this.#limit + 1 - before)
    this.#grow(before + room)
    piece.copy(this.#bytes, before, 0, room)
    const end = headEnd(this.#bytes.subarray(0, before + room), Math.max(0, before - 3))
    this.#length = end < 0 ? before + room : end
    if (this.#length > this.#limit) throw new UpstreamFault('head_too_large')
    this.#check(before)
    this.#isComplete = end >= 0
    return this.#length - before
  }

  /** Status line and field lines, Latin-1, without the empty line. */
  text(): string {
    return this.#bytes.toString('latin1', 0, this.#length - 2)
  }

  #grow(size: number): void {
    if (size <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#bytes.length))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }

  #check(from: number): void {
    const bytes = this.#bytes.subarray(0, this.#length)
    const known = Math.min(this.#length, START.length)
    if (from < START.length && bytes.compare(START, 0, known, 0, known) !== 0) {
      throw new UpstreamFault('bad_status_line')
    }
    for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
      if (bytes[at - 1] !== CR) throw new UpstreamFault('bad_header')
    }
  }
}
