import { seconds } from '../../../base/clock.ts'

/** First and longest pause before a service that ended is started again, in milliseconds. */
const FIRST_MS = seconds(1)
const LONGEST_MS = seconds(60)
/** What ran so long had a good start, in milliseconds. */
const STABLE_MS = seconds(60)

/** How long to wait before a service that ended is started again: longer each time it ends soon. */
export class BackOff {
  #next = FIRST_MS

  /**
   * @param ranMs how long it ran, in milliseconds
   * @returns milliseconds
   */
  after(ranMs: number): number {
    if (ranMs >= STABLE_MS) this.#next = FIRST_MS
    const pause = this.#next
    this.#next = Math.min(2 * pause, LONGEST_MS)
    return pause
  }
}
