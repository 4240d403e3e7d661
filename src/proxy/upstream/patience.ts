import type { Ticker } from './ticker.ts'
import type { FaultCode } from './upstream-fault.ts'

/** Times in milliseconds; 0 for no limit. */
export interface UpstreamTimes {
  readonly connectMs: number
  readonly firstByteMs: number
  readonly idleMs: number
}

/** How long a connection is waited for, by what it does. */
export class Patience {
  readonly #times: UpstreamTimes
  readonly #ticker: Ticker
  #late: FaultCode = 'connect_timeout'
  #deadline: number

  /** It is to be connected. */
  constructor(times: UpstreamTimes, ticker: Ticker) {
    this.#times = times
    this.#ticker = ticker
    this.#deadline = ticker.in(times.connectMs)
  }

  /** On the ticker's clock. */
  get deadline(): number {
    return this.#deadline
  }

  /** What went wrong when the deadline has passed. */
  get late(): FaultCode {
    return this.#late
  }

  /** The server has the whole request and is to begin its answer. */
  firstByte(): void {
    this.#late = 'first_byte_timeout'
    this.#deadline = this.#ticker.in(this.#times.firstByteMs)
  }

  /** One side has just sent or taken something, and one of them is to go on. */
  goOn(): void {
    this.#late = 'idle_timeout'
    this.#deadline = this.#ticker.in(this.#times.idleMs)
  }

  /** Nothing is to come. @param ms until it is given up */
  rest(ms: number): void {
    this.#deadline = this.#ticker.in(ms)
  }
}
