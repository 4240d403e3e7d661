import { parseFields, textEnd } from './fields.ts'
import { UpstreamFault } from './upstream-fault.ts'

/** Longest line with the size of a chunk and its extensions, in bytes. */
const MAX_SIZE_LINE = 256
/** Most bytes of chunk extensions of one body. */
const MAX_EXTENSIONS = 16 * 1024
/** Most bytes of trailers. */
const MAX_TRAILERS = 16 * 1024

const CR = 0x0d
const LF = 0x0a
/** A size of at most 12 hexadecimal digits is an exact number. */
const SIZE = /^[0-9A-Fa-f]{1,12}(?=$|[\t ]{0,8};)/

/** Takes a piece of the body: bytes `from` to `to` of what is read. */
export type TakePiece = (from: number, to: number) => void

type Phase = 'size' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'done'

/** Decodes a body in chunks (RFC 9112 §7.1). Extensions and trailers are checked, bounded, dropped. */
export class ChunkReader {
  #phase: Phase = 'size'
  #line = ''
  #left = 0
  #extensions = 0
  #trailers = ''

  get isDone(): boolean {
    return this.#phase === 'done'
  }

  /**
   * Reads on.
   * @returns where it stopped: behind the last byte, or behind the end of the body
   * @throws UpstreamFault `bad_chunk`
   */
  read(bytes: Buffer, from: number, take: TakePiece): number {
    let at = from
    while (at < bytes.length && this.#phase !== 'done') {
      if (this.#phase === 'data') {
        const end = Math.min(at + this.#left, bytes.length)
        this.#left -= end - at
        if (this.#left === 0) this.#phase = 'data-cr'
        take(at, end)
        at = end
      } else if (this.#phase === 'data-cr' || this.#phase === 'data-lf') {
        this.#endData(bytes[at] ?? 0)
        at++
      } else at = this.#readLine(bytes, at)
    }
    return at
  }

  #endData(byte: number): void {
    const isCr = this.#phase === 'data-cr'
    if (byte !== (isCr ? CR : LF)) throw new UpstreamFault('bad_chunk')
    this.#phase = isCr ? 'data-lf' : 'size'
  }

  #readLine(bytes: Buffer, at: number): number {
    const found = bytes.indexOf(LF, at)
    const end = found < 0 ? bytes.length : found + 1
    const limit = this.#phase === 'size' ? MAX_SIZE_LINE : MAX_TRAILERS - this.#trailers.length
    if (this.#line.length + end - at > limit) throw new UpstreamFault('bad_chunk')
    const line = this.#line + bytes.toString('latin1', at, end)
    if (found < 0) {
      this.#line = line
      return end
    }
    this.#line = ''
    if (line.charCodeAt(line.length - 2) !== CR) throw new UpstreamFault('bad_chunk')
    if (this.#phase === 'size') this.#takeSize(line.slice(0, -2))
    else this.#takeTrailer(line)
    return end
  }

  #takeSize(line: string): void {
    const digits = SIZE.exec(line)?.[0]
    if (digits === undefined || textEnd(line, 0) !== line.length) {
      throw new UpstreamFault('bad_chunk')
    }
    this.#extensions += line.length - digits.length
    if (this.#extensions > MAX_EXTENSIONS) throw new UpstreamFault('bad_chunk')
    this.#left = Number.parseInt(digits, 16)
    this.#phase = this.#left === 0 ? 'trailer' : 'data'
  }

  #takeTrailer(line: string): void {
    if (line.length > 2) this.#trailers += line
    else {
      parseFields(this.#trailers, 0)
      this.#phase = 'done'
    }
  }
}
