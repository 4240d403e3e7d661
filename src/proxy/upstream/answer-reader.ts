import type { AnswerHead } from './answer-head.ts'
import { readAnswerHead } from './answer-head.ts'
import { ChunkReader } from './chunk-reader.ts'
import { CHUNKED, UNTIL_CLOSE } from './framing.ts'
import { HeadBuffer, headEnd } from './head-buffer.ts'
import { UpstreamFault } from './upstream-fault.ts'

/** Largest head of an answer, in bytes. */
export const MAX_HEAD = 64 * 1024
/** Most 1xx answers before the one that counts. */
export const MAX_INTERIM = 16
/** What is left of a body is large when it has more than so many bytes. */
const LARGE_REST = 16 * 1024

/** Where an answer goes as it is read. */
export interface AnswerParts {
  /** An answer before the one that counts: 102, 103 or another 1xx but 100 and 101. */
  onInterim(head: AnswerHead): void
  /** @param isAlone nothing of the body came with it */
  onHead(head: AnswerHead, isAlone: boolean): void
  /**
   * A piece of the body, in the order of the pieces.
   * @param data a string is Latin-1, a char for a byte; a buffer is to be written, and lasts until
   * that is done
   * @param isLast whether the body is known to end with it
   */
  onData(data: Buffer | string, isLast: boolean): void
  /** The answer is complete. */
  onEnd(): void
}

type Phase = 'head' | 'length' | 'chunks' | 'close' | 'done'

/** Reads one answer as its bytes come, strictly (threats.md P4), and tells its parts. */
export class AnswerReader {
  readonly #method: string
  readonly #parts: AnswerParts
  #phase: Phase = 'head'
  /** The head as far as it came, when it did not come in one piece. */
  #begin: HeadBuffer | undefined
  #interim = 0
  #left = 0
  #chunks: ChunkReader | undefined
  #head: AnswerHead | undefined

  /** @param method of the request that is answered */
  constructor(method: string, parts: AnswerParts) {
    this.#method = method
    this.#parts = parts
  }

  /** The head, once it was told. */
  get head(): AnswerHead | undefined {
    return this.#head
  }

  get isDone(): boolean {
    return this.#phase === 'done'
  }

  /** Whether much of the body is to come still. */
  get isLarge(): boolean {
    return this.#phase === 'close' || this.#phase === 'chunks' || this.#left > LARGE_REST
  }

  /**
   * Reads on.
   * @param isShared whether others will write over the bytes: what is kept of them is copied
   * @returns how many bytes belong to the answer; more than those are left over when it is done
   * @throws UpstreamFault when the server breaks a rule
   */
  read(bytes: Buffer, isShared: boolean): number {
    let at = 0
    while (at < bytes.length && this.#phase !== 'done') {
      at = this.#phase === 'head' ? this.#readHead(bytes, at) : this.#readBody(bytes, at, isShared)
    }
    return at
  }

  /** The server ended its side. @returns whether the answer is whole by that */
  end(): boolean {
    if (this.#phase === 'close') this.#finish()
    return this.#phase === 'done'
  }

  #readHead(bytes: Buffer, from: number): number {
    const end = this.#begin === undefined ? headEnd(bytes, from) : -1
    if (end < 0) return from + this.#readBegin(bytes.subarray(from))
    if (end - from > MAX_HEAD) throw new UpstreamFault('head_too_large')
    this.#takeHead(bytes.toString('latin1', from, end - 2), end === bytes.length)
    return end
  }

  #readBegin(bytes: Buffer): number {
    const begin = this.#begin ?? new HeadBuffer(MAX_HEAD)
    this.#begin = begin
    const used = begin.add(bytes)
    if (begin.isComplete) {
      this.#begin = undefined
      this.#takeHead(begin.text(), used === bytes.length)
    }
    return used
  }

  #takeHead(text: string, isAlone: boolean): void {
    const head = readAnswerHead(text, this.#method)
    if (head.status === 101) throw new UpstreamFault('unasked_upgrade')
    if (head.status < 200) {
      if (++this.#interim > MAX_INTERIM) throw new UpstreamFault('too_many_interim')
      // The visitor got that from the gateway, if it was asked for.
      if (head.status !== 100) this.#parts.onInterim(head)
      return
    }
    this.#head = head
    const { length } = head.framing
    this.#left = length
    if (length === CHUNKED) {
      this.#chunks = new ChunkReader()
      this.#phase = 'chunks'
    } else this.#phase = length === UNTIL_CLOSE ? 'close' : 'length'
    this.#parts.onHead(head, isAlone && length !== 0)
    if (length === 0) this.#finish()
  }

  #readBody(bytes: Buffer, from: number, isShared: boolean): number {
    if (this.#chunks !== undefined) return this.#readChunks(this.#chunks, bytes, from, isShared)
    const isRest = this.#phase === 'close'
    const end = isRest ? bytes.length : Math.min(bytes.length, from + this.#left)
    if (!isRest) this.#left -= end - from
    const isLast = !isRest && this.#left === 0
    this.#parts.onData(piece(bytes, from, end, isShared), isLast)
    if (isLast) this.#finish()
    return end
  }

  #readChunks(chunks: ChunkReader, bytes: Buffer, from: number, isShared: boolean): number {
    const end = chunks.read(bytes, from, (start, stop) => {
      this.#parts.onData(piece(bytes, start, stop, isShared), false)
    })
    if (chunks.isDone) this.#finish()
    return end
  }

  #finish(): void {
    this.#phase = 'done'
    this.#parts.onEnd()
  }
}

function piece(bytes: Buffer, from: number, to: number, isShared: boolean): Buffer | string {
  return isShared ? bytes.toString('latin1', from, to) : bytes.subarray(from, to)
}
