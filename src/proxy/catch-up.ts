import { setTimeout as pause } from 'node:timers/promises'

/** First and longest pause before it is tried again after a failure, in milliseconds. */
const RETRY_MS = 100
const MAX_RETRY_MS = 2_000

export interface CatchUpOptions {
  /** Whether nothing is left to be done. */
  isClean: () => boolean
  /** Does what is to be done; what it could not do is left to be done. */
  step: () => Promise<void>
  onFailure: (error: unknown) => void
}

/** Brings something up to date: one step after another until nothing is left, again after failures. */
export class CatchUp {
  readonly #options: CatchUpOptions
  readonly #closing = new AbortController()
  #running = false
  #attempt: Promise<boolean> | undefined

  constructor(options: CatchUpOptions) {
    this.#options = options
  }

  /** Whether it is to end. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Begins unless it is under way or nothing is left; at once, in the caller's turn. */
  run(): void {
    if (this.#running || this.#isClean()) return
    this.#running = true
    void this.#loop()
  }

  /** The step under way: whether it succeeds. Undefined when none is, or when it failed. */
  get attempt(): Promise<boolean> | undefined {
    return this.#attempt
  }

  /** Resolves when nothing is left of what is to be done now, or when a step fails. */
  async settled(): Promise<void> {
    while (this.#attempt !== undefined) await this.#attempt
  }

  /** Begins no more steps. */
  close(): void {
    this.#closing.abort()
  }

  #isClean(): boolean {
    return this.isClosed || this.#options.isClean()
  }

  async #loop(): Promise<void> {
    let delay = RETRY_MS
    while (!this.#isClean()) {
      const attempt = this.#tryStep()
      this.#attempt = attempt
      const isDone = await attempt
      if (!isDone || this.#isClean()) this.#attempt = undefined
      if (!isDone) await this.#pause(delay)
      delay = isDone ? RETRY_MS : Math.min(2 * delay, MAX_RETRY_MS)
    }
    // In the same turn as the last look at what is left, or a change in between would be missed.
    this.#running = false
  }

  async #tryStep(): Promise<boolean> {
    try {
      await this.#options.step()
      return true
    } catch (error) {
      this.#options.onFailure(error)
      return false
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#closing
    await pause(ms, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
