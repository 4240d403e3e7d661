import type { ProxyTimeouts } from './passage.ts'
import { maskedPing, PING } from './ping-frame.ts'
import type { Side } from './tunnel-side.ts'
import { Ticker } from './upstream/ticker.ts'

/** What silence has come to mean. */
export type Silence = 'client' | 'server' | 'both' | 'idle'

/** One ticker looks at all WebSockets that have the same limits. */
const tickers = new WeakMap<ProxyTimeouts, Ticker>()

function tickerOf(timeouts: ProxyTimeouts): Ticker {
  const known = tickers.get(timeouts)
  if (known !== undefined) return known
  const ticker = new Ticker([timeouts.webSocketPingMs, timeouts.webSocketIdleMs])
  tickers.set(timeouts, ticker)
  return ticker
}

/**
 * Watches over the silence of a WebSocket. A side that was silent for `webSocketPingMs` is sent a ping
 * in between two frames, and is given up when it stays silent for as long again. Every byte from it is
 * a sign of life, and so is taking what was held back for it; silence is not held against a side that
 * is not read from. Nothing is asked behind a Close frame, but silence counts there too. After
 * `webSocketIdleMs` without a data frame from either side the WebSocket is idle.
 */
export class Heartbeat {
  readonly #client: Side
  readonly #server: Side
  readonly #timeouts: ProxyTimeouts
  readonly #ticker: Ticker
  readonly #onSilence: (silence: Silence) => void
  #idleDue: number

  constructor(
    client: Side,
    server: Side,
    timeouts: ProxyTimeouts,
    onSilence: (silence: Silence) => void,
  ) {
    this.#client = client
    this.#server = server
    this.#timeouts = timeouts
    this.#ticker = tickerOf(timeouts)
    this.#onSilence = onSilence
    if (this.#isOn) this.#ticker.add(this)
    client.due = server.due = this.#ticker.in(timeouts.webSocketPingMs)
    this.#idleDue = this.#ticker.in(timeouts.webSocketIdleMs)
  }

  get #isOn(): boolean {
    return this.#timeouts.webSocketPingMs > 0 || this.#timeouts.webSocketIdleMs > 0
  }

  get deadline(): number {
    return Math.min(this.#client.due, this.#server.due, this.#idleDue)
  }

  stop(): void {
    this.#ticker.delete(this)
  }

  /** Notes a sign of life. */
  heard(side: Side): void {
    side.due = this.#ticker.in(this.#timeouts.webSocketPingMs)
    side.isAsked = false
  }

  /** Notes a data frame. */
  used(): void {
    this.#idleDue = this.#ticker.in(this.#timeouts.webSocketIdleMs)
  }

  onDeadline(): void {
    const at = this.deadline
    if (this.#idleDue <= at) {
      this.#idleDue = Infinity
      this.#onSilence('idle')
      return
    }
    if (this.#client.due <= at) this.#look(this.#client, this.#server)
    else this.#look(this.#server, this.#client)
  }

  #look(side: Side, other: Side): void {
    const { isAsked } = side
    if (side.isPaused) this.heard(side)
    else if (isAsked) {
      side.due = Infinity
      const isClosing = side.frames.closed || other.frames.closed
      this.#onSilence(isClosing ? 'both' : side === this.#client ? 'client' : 'server')
    } else {
      this.heard(side)
      side.isAsked = this.#ask(side, other)
    }
  }

  /** @returns whether silence from here on counts against the side */
  #ask(side: Side, other: Side): boolean {
    if (side.frames.closed || other.frames.closed) return true
    // In the middle of a frame to it there is no place for a ping; taking nothing of it is silence.
    if (!other.frames.atBorder) return side.socket.writableLength > 0
    if (!side.socket.writable) return true
    side.awaitsPong = true
    side.socket.write(side === this.#client ? PING : maskedPing())
    return true
  }
}
