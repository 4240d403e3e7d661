const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = 10

/** What is told of the messages of a connection, in order. */
export interface MessageSink {
  /** Start line and header lines; what follows may be another protocol: then it returns `stop`. */
  head(text: string): 'stop' | undefined
  body(part: Buffer): void
  end(): void
}

type State = 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer'

/**
 * Reads HTTP/1.1 messages (RFC 9112) whose length their own head tells, of one who is trusted. It is
 * bare so that the measuring side costs little.
 */
export class MessageReader {
  readonly #sink: MessageSink
  #state: State = 'head'
  #rest: Buffer | undefined
  /** Bytes of the body or chunk that are to come. */
  #wanted = 0
  #line = ''

  constructor(sink: MessageSink) {
    this.#sink = sink
  }

  /** @returns what follows a head that said `stop` */
  feed(bytes: Buffer): Buffer | undefined {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#state === 'head') {
        const read = this.#readHead(rest)
        if (read === undefined) return undefined
        rest = read.rest
        if (read.stops) return rest
      } else {
        const isBody = this.#state === 'sized' || this.#state === 'chunk'
        rest = rest.subarray(isBody ? this.#readBody(rest) : this.#readLine(rest))
      }
    }
    return undefined
  }

  /** @returns what follows the head; undefined while its end is to come */
  #readHead(bytes: Buffer): { rest: Buffer; stops: boolean } | undefined {
    const all = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes])
    const end = all.indexOf(HEAD_END)
    this.#rest = end < 0 ? all : undefined
    if (end < 0) return undefined
    const text = all.toString('latin1', 0, end)
    const stops = this.#sink.head(text) === 'stop'
    if (!stops) this.#begin(text)
    return { rest: all.subarray(end + HEAD_END.length), stops }
  }

  /** @returns how many bytes were part of the body */
  #readBody(bytes: Buffer): number {
    const part = bytes.subarray(0, this.#wanted)
    this.#wanted -= part.length
    this.#sink.body(part)
    if (this.#wanted > 0) return part.length
    if (this.#state === 'chunk') this.#state = 'chunk-end'
    else this.#finish()
    return part.length
  }

  /** @returns how many bytes were part of the line */
  #readLine(bytes: Buffer): number {
    const end = bytes.indexOf(LINE_END)
    const length = end < 0 ? bytes.length : end + 1
    this.#line += bytes.toString('latin1', 0, length)
    if (end >= 0) this.#endLine()
    return length
  }

  #begin(head: string): void {
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      this.#state = 'chunk-size'
      return
    }
    this.#wanted = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    if (this.#wanted > 0) this.#state = 'sized'
    else this.#finish()
  }

  #endLine(): void {
    const line = this.#line.trimEnd()
    this.#line = ''
    if (this.#state === 'chunk-end') this.#state = 'chunk-size'
    else if (this.#state === 'trailer') {
      if (line === '') this.#finish()
    } else {
      this.#wanted = Number.parseInt(line, 16)
      this.#state = this.#wanted === 0 ? 'trailer' : 'chunk'
    }
  }

  #finish(): void {
    this.#state = 'head'
    this.#sink.end()
  }
}
