import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { MessageReader } from './message-reader.ts'

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const ACCEPT = createHash('sha1').update(`${KEY}${GUID}`).digest('base64')
const BINARY = 0x82

/** What asks for a WebSocket (RFC 6455 §4.1), below the headers that a request has anyway. */
export const HANDSHAKE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  `Sec-WebSocket-Key: ${KEY}\r\n`

/** A masked binary message in one frame (RFC 6455 §5.2). */
export function frameOf(payload: Buffer): Buffer {
  const { length } = payload
  const mask = randomBytes(4)
  const head = length < 126 ? Buffer.from([BINARY, 128 | length]) : Buffer.alloc(4)
  if (length >= 126) {
    if (length > 65_535) throw new RangeError(`a message of ${length} bytes`)
    head.writeUInt16BE((BINARY << 8) | 128 | 126, 0)
    head.writeUInt16BE(length, 2)
  }
  const masked = payload.map((byte, at) => byte ^ mask[at & 3]!)
  return Buffer.concat([head, mask, masked])
}

/** A WebSocket whose messages come back. It is bare so that it costs little. */
export class EchoSocket {
  readonly #socket: Socket
  readonly #open = Promise.withResolvers<void>()
  /** Bytes of a frame's head that came so far. */
  #head: Buffer = Buffer.alloc(0)
  /** Bytes of the frame's payload that are to come; -1 while its head is. */
  #wanted = -1
  #length = 0
  #opcode = 0
  #parts: Buffer[] | undefined
  /** Called for each message. */
  onMessage: (length: number, payload: Buffer | undefined) => void = () => undefined
  onFault: (error: Error) => void = () => undefined

  /** @param request a head with {@link HANDSHAKE}; @param keeps whether payloads are handed on */
  constructor(port: number, request: string, keeps = false) {
    if (keeps) this.#parts = []
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const reader = new MessageReader({
      head: (head) => {
        const accepted = /\r\nsec-websocket-accept: *(\S+)/i.exec(head)?.[1] === ACCEPT
        if (head.slice(9, 12) !== '101' || !accepted) this.#fail(new Error(`no WebSocket: ${head}`))
        return 'stop'
      },
      body: () => undefined,
      end: () => undefined,
    })
    const shake = (bytes: Buffer): void => {
      const rest = reader.feed(bytes)
      if (rest === undefined) return
      this.#socket.off('data', shake)
      this.#socket.on('data', (part: Buffer) => this.#read(part))
      this.#open.resolve()
      if (rest.length > 0) this.#read(rest)
    }
    this.#socket.on('data', shake)
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('the WebSocket was closed')))
    this.#socket.write(request, 'latin1')
    // Whoever waits is told; a failure when nobody does is none.
    this.#open.promise.catch(() => undefined)
  }

  opened(): Promise<void> {
    return this.#open.promise
  }

  /** Sends a frame, together with others that are sent in the same turn. */
  send(frame: Buffer): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork()
      process.nextTick(() => this.#socket.uncork())
    }
    this.#socket.write(frame)
  }

  close(): void {
    this.onFault = () => undefined
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    this.#open.reject(error)
    this.onFault(error)
  }

  #read(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#wanted < 0) {
        const need = this.#headLength() - this.#head.length
        this.#head = Buffer.concat([this.#head, bytes.subarray(at, at + need)])
        at += need
        if (this.#head.length >= 2 && this.#head.length === this.#headLength()) this.#begin()
        continue
      }
      const part = bytes.subarray(at, at + this.#wanted)
      at += part.length
      this.#wanted -= part.length
      this.#parts?.push(part)
      if (this.#wanted === 0) this.#finish()
    }
  }

  /** Of the frame whose head is being read: two bytes say it. */
  #headLength(): number {
    if (this.#head.length < 2) return 2
    const length = this.#head[1]!
    return length === 127 ? 10 : length === 126 ? 4 : 2
  }

  #begin(): void {
    const [first = 0, short = 0] = this.#head
    this.#opcode = first & 15
    if (short === 127) this.#length = Number(this.#head.readBigUInt64BE(2))
    else this.#length = short === 126 ? this.#head.readUInt16BE(2) : short
    this.#wanted = this.#length
    this.#head = this.#head.subarray(0, 0)
    if (this.#wanted === 0) this.#finish()
  }

  #finish(): void {
    this.#wanted = -1
    const payload = this.#parts === undefined ? undefined : Buffer.concat(this.#parts)
    if (this.#parts !== undefined) this.#parts = []
    // Pings are no answers.
    if (this.#opcode < 8) this.onMessage(this.#length, payload)
  }
}
