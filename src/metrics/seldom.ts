import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'

export interface SeldomOptions<Value> {
  compute: () => Promise<Value>
  /** Milliseconds for which a value is good. */
  everyMs: number
  clock: Clock
  log: Log
}

/** A value that costs much and may be old: nobody waits while it is computed. */
export class Seldom<Value> {
  readonly #options: SeldomOptions<Value>
  #value: Value | undefined
  #begun = Number.NEGATIVE_INFINITY
  #running = false

  constructor(options: SeldomOptions<Value>) {
    this.#options = options
  }

  /**
   * The last value that was computed, undefined before the first. An old one is computed anew in the
   * background; a failure is logged, and it is tried again at the next call.
   */
  latest(): Value | undefined {
    const { clock, everyMs } = this.#options
    if (!this.#running && clock.now() - this.#begun >= everyMs) void this.#compute()
    return this.#value
  }

  async #compute(): Promise<void> {
    const { clock, compute, log } = this.#options
    this.#running = true
    this.#begun = clock.now()
    try {
      this.#value = await compute()
    } catch (error) {
      this.#begun = Number.NEGATIVE_INFINITY
      log.warn({ err: error }, 'a number for the metrics cannot be computed')
    } finally {
      this.#running = false
    }
  }
}
