import type { Socket } from 'node:net'
import { connect } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')
const NOTHING = Buffer.alloc(0)

export interface Received {
  status: number
  body: Buffer
}

/** Reads one answer after another from a connection's bytes. */
class Reader {
  #rest: Buffer = NOTHING
  #status = 0
  /** Bytes of the body that are to come; undefined before a head or a chunk's size was read. */
  #wanted: number | undefined
  #chunked = false
  #inBody = false
  #parts: Buffer[] = []

  /** @returns an answer that the bytes completed */
  feed(bytes: Buffer): Received | undefined {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    if (!this.#inBody && !this.#readHead()) return undefined
    return this.#chunked ? this.#readChunks() : this.#readSized()
  }

  #readHead(): boolean {
    const end = this.#rest.indexOf(HEAD_END)
    if (end < 0) return false
    const head = this.#rest.toString('latin1', 0, end)
    this.#rest = this.#rest.subarray(end + HEAD_END.length)
    this.#status = Number(head.slice(9, 12))
    this.#chunked = /\r\ntransfer-encoding: *chunked/i.test(head)
    this.#wanted = this.#chunked
      ? undefined
      : Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    this.#inBody = true
    return true
  }

  #readSized(): Received | undefined {
    const wanted = this.#wanted ?? 0
    // Large bodies are put together once, not at each packet.
    this.#parts.push(this.#rest)
    this.#wanted = wanted - this.#rest.length
    this.#rest = NOTHING
    return this.#wanted > 0 ? undefined : this.#done()
  }

  #readChunks(): Received | undefined {
    for (;;) {
      if (this.#wanted === undefined) {
        const end = this.#rest.indexOf('\r\n')
        if (end < 0) return undefined
        this.#wanted = Number.parseInt(this.#rest.toString('latin1', 0, end), 16)
        this.#rest = this.#rest.subarray(end + 2)
      }
      const size = this.#wanted
      if (this.#rest.length < size + 2) return undefined
      if (size > 0) this.#parts.push(this.#rest.subarray(0, size))
      this.#rest = this.#rest.subarray(size + 2)
      this.#wanted = undefined
      if (size === 0) return this.#done()
    }
  }

  #done(): Received {
    const received = { status: this.#status, body: Buffer.concat(this.#parts) }
    this.#parts = []
    this.#inBody = false
    this.#wanted = undefined
    return received
  }
}

/** A keep-alive connection with one request under way. It is bare so that it costs little. */
export class Connection {
  readonly #socket: Socket
  readonly #reader = new Reader()
  #waiting: { resolve(received: Received): void; reject(error: Error): void } | undefined

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (bytes: Buffer) => {
      const received = this.#reader.feed(bytes)
      if (received !== undefined) this.#waiting?.resolve(received)
    })
    this.#socket.on('error', (error) => this.#waiting?.reject(error))
    this.#socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')))
  }

  send(request: string): Promise<Received> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }
}
