import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { freeableCopy, freeMemory } from './free-memory.ts'

/** Where a server listens. */
export interface Endpoint {
  readonly isTls: boolean
  readonly host: string
  readonly port: number
}

/** Who reads from a socket. */
export interface BytesListener {
  /**
   * @param isShared whether others will write over the bytes: what is kept of them must be copied
   * @returns whether all that it was given so far is done with: its memory is used again, or freed
   */
  onBytes(bytes: Buffer, isShared: boolean): boolean
  /** Whether much more is expected. */
  readonly expectsMore: boolean
  /** What {@link onBytes} returned, now, while {@link expectsMore}. */
  readonly isDoneWith: boolean
}

/** Bytes that one read takes, of a small answer and in the middle of a large one. */
const SHARED_SIZE = 128 * 1024
const OWN_SIZE = 256 * 1024
/** A read of so many bytes has more behind it, most likely. */
const LARGE_READ = 32 * 1024
/** Smaller reads are used where they are: whoever keeps something of them copies it. */
const MIN_COPY = 16 * 1024
/** Of a connection that does nothing, in milliseconds. */
const PROBE_AFTER_MS = 60_000

/**
 * What small answers are read into, from all sockets: a read fills it and it is used before the next
 * one, because libuv reads from a socket right before it tells of it (not so on Windows).
 */
const SHARED = Buffer.allocUnsafeSlow(SHARED_SIZE)
const MAY_SHARE = process.platform !== 'win32'

/**
 * Which memory a socket reads into: that of all, or, while a large body passes, some of its own that
 * is handed on without a copy, and read into again once that is written.
 */
class ReadMemory {
  readonly #listener: BytesListener
  /** What is read into next. */
  #memory: Buffer = SHARED
  /** Handed on, and perhaps not written yet. */
  #lent: Buffer[] = []
  /** Handed on and written. */
  #spare: Buffer | undefined
  #lastRead = 0

  constructor(listener: BytesListener) {
    this.#listener = listener
  }

  /** Called before the first read and after each. */
  readonly next = (): Buffer => {
    const isLarge = this.#lastRead >= LARGE_READ && this.#listener.expectsMore
    if (isLarge || !MAY_SHARE) this.#memory = this.#spare ?? Buffer.allocUnsafeSlow(OWN_SIZE)
    else {
      this.#memory = SHARED
      if (this.#spare !== undefined) freeMemory(this.#spare)
    }
    this.#spare = undefined
    return this.#memory
  }

  readonly take = (count: number): boolean => {
    const memory = this.#memory
    const isShared = memory === SHARED && count <= MIN_COPY
    const read = memory.subarray(0, count)
    const bytes = memory === SHARED && !isShared ? freeableCopy(read) : read
    this.#lastRead = count
    if (this.#lent.length > 0 && this.#listener.isDoneWith) this.#takeBack()
    const isDoneWith = this.#listener.onBytes(bytes, isShared)
    // When an answer is over and not written yet, nobody will tell when it is.
    if (!isDoneWith && !this.#listener.expectsMore) this.#lent = []
    else if (!isShared) this.#lent.push(memory === SHARED ? bytes : memory)
    if (isDoneWith) this.#takeBack()
    return true
  }

  #takeBack(): void {
    for (const memory of this.#lent) {
      if (this.#spare === undefined && memory.length === OWN_SIZE) this.#spare = memory
      else freeMemory(memory)
    }
    this.#lent = []
  }
}

/** @param origin `http://host:port` or `https://host:port` */
export function endpointOf(origin: string): Endpoint {
  const { protocol, hostname, port } = new URL(origin)
  const isTls = protocol === 'https:'
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return { isTls, host, port: port === '' ? (isTls ? 443 : 80) : Number(port) }
}

/** Begins to connect. A certificate that does not verify is an error of the socket (threats.md P40). */
export function openSocket({ isTls, host, port }: Endpoint, listener: BytesListener): Socket {
  const common = {
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: PROBE_AFTER_MS,
  }
  if (isTls) {
    const socket = connectTls({ ...common, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] })
    return socket.on('data', (bytes: Buffer) => {
      if (listener.onBytes(bytes, false)) freeMemory(bytes)
    })
  }
  const memory = new ReadMemory(listener)
  return connect({ ...common, onread: { buffer: memory.next, callback: memory.take } })
}
