/** Shortest and longest time between two looks, in milliseconds. */
const MIN_PERIOD_MS = 20
const MAX_PERIOD_MS = 1_000

/** Something that is over when a time has passed. */
export interface Watched {
  /** On the clock of {@link Ticker.in}; Infinity for never. */
  readonly deadline: number
  onDeadline(): void
}

/**
 * Deadlines that cost next to nothing: setting one is an assignment, and one coarse timer looks at all
 * of them. None fires early; each fires at most two periods late. Only one that is set right after the
 * process was held up for more than a period may be early, by what is more. A period is a quarter of
 * the shortest time that is asked for, and a second at most.
 */
export class Ticker {
  readonly #period: number
  readonly #watched = new Set<Watched>()
  #timer: NodeJS.Timeout | undefined
  #now = performance.now()

  /** @param times that deadlines will be set to, in milliseconds; 0 for none */
  constructor(times: readonly number[]) {
    const shortest = Math.min(...times.filter((ms) => ms > 0))
    this.#period = Math.min(MAX_PERIOD_MS, Math.max(MIN_PERIOD_MS, shortest / 4))
  }

  /** The deadline that is so many milliseconds away; 0 for none. */
  in(ms: number): number {
    if (ms === 0) return Number.POSITIVE_INFINITY
    // Nobody has looked at the clock for a while.
    if (this.#timer === undefined) this.#now = performance.now()
    return this.#now + this.#period + ms
  }

  /** Looks at it from now on. */
  add(watched: Watched): void {
    this.#watched.add(watched)
    if (this.#timer !== undefined) return
    this.#now = performance.now()
    this.#timer = setInterval(this.#look, this.#period).unref()
  }

  delete(watched: Watched): void {
    this.#watched.delete(watched)
  }

  readonly #look = (): void => {
    this.#now = performance.now()
    for (const watched of this.#watched) {
      if (watched.deadline <= this.#now) watched.onDeadline()
    }
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
