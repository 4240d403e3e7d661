import type { Duplex } from 'node:stream'
import type { HubgateError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { unavailable } from '../unavailable.ts'
import { FrameReader, frameOf } from './frames.ts'
import type { Method, ToOwner, ToWorker } from './protocol.ts'
import { fromWire } from './protocol.ts'
import type { RemoteFeed } from './remote-feed.ts'

/** Between pings, in milliseconds. */
const BEAT_MS = 250

/** How long an answer is waited for, in milliseconds: longer than SQLite waits for a lock. */
const PATIENCE_MS = 8_000

/** The same while the owner does not answer pings either. */
const LOST_PATIENCE_MS = 1_000

/** Bytes that may wait for an owner that does not read: above, it is not asked for more. */
const MAX_WAITING = 64 * 1024 * 1024

interface Call {
  readonly method: Method
  /** By `performance.now()`. */
  readonly sentAt: number
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

export interface OwnerLinkOptions {
  stream: Duplex
  feed: RemoteFeed
  log: Log
  /** Names the store in errors. */
  description: string
  /** Called when the link ends, unless it was closed. */
  onLost?: (() => void) | undefined
}

/** The worker's end: carries calls to the owner of the store, and what it reports to the feed. */
export class OwnerLink {
  readonly #stream: Duplex
  readonly #feed: RemoteFeed
  readonly #log: Log
  readonly #store: string
  /** In the order in which they were sent. */
  readonly #calls = new Map<number, Call>()
  readonly #timer: NodeJS.Timeout
  #lastId = 0
  #lastRound = performance.now()
  #open = true

  constructor({ stream, feed, log, description, onLost }: OwnerLinkOptions) {
    this.#stream = stream
    this.#feed = feed
    this.#log = log
    this.#store = description
    const reader = new FrameReader((message) => this.#receive(message as ToWorker))
    stream.on('data', (piece: Buffer) => {
      try {
        reader.push(piece)
      } catch (error) {
        this.#log.error({ err: error }, 'the store’s owner sent what cannot be read')
        stream.destroy()
      }
    })
    stream.on('error', () => stream.destroy())
    stream.on('end', () => stream.destroy())
    stream.on('close', () => {
      if (!this.#open) return
      this.#lose()
      onLost?.()
    })
    this.#timer = setInterval(() => this.#round(), BEAT_MS).unref()
    this.#ping()
  }

  /** @throws HubgateError what the store throws; `unavailable` when the owner does not answer */
  call(method: Method, ...args: unknown[]): Promise<unknown> {
    const isFull = this.#stream.writableLength > MAX_WAITING
    if (!this.#open || isFull) return Promise.reject(this.#unavailable(method, false))
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#send({ kind: 'call', id, method, args })
      this.#calls.set(id, { method, sentAt: performance.now(), resolve, reject })
    })
  }

  /** Ends the link; what was asked and not answered is rejected. */
  close(): void {
    this.#lose()
    this.#stream.destroy()
  }

  #send(message: ToOwner): void {
    if (this.#stream.writable) this.#stream.write(frameOf(message))
  }

  #ping(): void {
    this.#send({ kind: 'ping', at: performance.now() })
  }

  #receive(message: ToWorker): void {
    if (!this.#open) return
    if (message.kind === 'pong') this.#feed.verify(message.at, message.listening)
    else if (message.kind === 'event') this.#feed.hear(message.event, message.listening)
    else {
      const call = this.#calls.get(message.id)
      this.#calls.delete(message.id)
      if (message.kind === 'result') call?.resolve(message.result)
      else call?.reject(fromWire(message.error))
    }
  }

  /** A round that comes late says nothing: this process was held up, and what it was sent waits. */
  #round(): void {
    const now = performance.now()
    const isLate = now - this.#lastRound > 2 * BEAT_MS
    this.#lastRound = now
    if (!isLate) {
      this.#feed.judge()
      this.#giveUp(now - (this.#feed.listening ? PATIENCE_MS : LOST_PATIENCE_MS))
    }
    this.#ping()
  }

  /** Rejects what was sent before, and has no answer. */
  #giveUp(before: number): void {
    for (const [id, call] of this.#calls) {
      if (call.sentAt > before) return
      this.#calls.delete(id)
      call.reject(this.#unavailable(call.method, true))
    }
  }

  #lose(): void {
    if (!this.#open) return
    this.#open = false
    clearInterval(this.#timer)
    this.#feed.lose()
    this.#giveUp(Number.POSITIVE_INFINITY)
  }

  #unavailable(method: Method, wasSent: boolean): HubgateError {
    return unavailable({
      store: this.#store,
      maybeApplied: wasSent && method === 'commit',
      reason: 'the process that owns the store does not answer',
    })
  }
}
