import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { MessageReader } from './message-reader.ts'

/** What is looked at of an answer. */
export interface Answer {
  status: number
  head: string
  /** Of the body, in bytes. */
  length: number
  /** The body, of those whose bodies are kept. */
  parts: Buffer[]
}

const closed = (): Error => new Error('the connection was closed')

/** A connection with one request under way. */
export class HttpConnection {
  readonly #socket: Socket
  readonly #keeps: boolean
  #answer: Answer | undefined
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  readonly #closed: Promise<void>

  /** @param keeps whether bodies are kept; otherwise they are only counted */
  constructor(port: number, keeps: boolean) {
    this.#keeps = keeps
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const reader = new MessageReader({
      head: (head) => {
        this.#answer = { status: Number(head.slice(9, 12)), head, length: 0, parts: [] }
        return this.#answer.status === 101 ? this.#done() : undefined
      },
      body: (part) => {
        if (this.#answer === undefined) return
        this.#answer.length += part.length
        if (this.#keeps) this.#answer.parts.push(part)
      },
      end: () => {
        this.#done()
      },
    })
    this.#socket.on('data', (bytes: Buffer) => reader.feed(bytes))
    this.#socket.on('error', (error) => this.#waiting?.reject(error))
    this.#closed = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#waiting?.reject(closed())
        resolve()
      })
    })
  }

  /**
   * @param body sent after the head, in one piece
   * @throws Error when the connection is or gets lost before the answer
   */
  send(head: string, body?: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(closed())
        return
      }
      this.#waiting = { resolve, reject }
      if (body === undefined) this.#socket.write(head, 'latin1')
      else {
        this.#socket.cork()
        this.#socket.write(head, 'latin1')
        this.#socket.write(body)
        this.#socket.uncork()
      }
    })
  }

  /** Resolves once the other side has closed the connection. */
  closed(): Promise<void> {
    return this.#closed
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #done(): 'stop' {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (this.#answer !== undefined) waiting?.resolve(this.#answer)
    return 'stop'
  }
}
