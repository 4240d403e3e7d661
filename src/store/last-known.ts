import type { Clock } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import type { Derivation } from './cache-index.ts'

/** Once the store has failed it is not asked again for so long where a stand-in will do; milliseconds. */
const RETRY_AFTER_MS = 500

interface Loss {
  /** Milliseconds since the epoch at which change notices were lost. */
  readonly at: number
  /** What was true then. */
  readonly values: ReadonlyMap<string, Derivation>
}

/** What was true when change notices were lost: it may stand in for a store that does not answer. */
export class LastKnown {
  readonly #clock: Clock
  #loss: Loss | undefined
  #failedAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Notices were lost; what was lost before stays the truth until they are heard again. */
  keep(values: Iterable<[string, Derivation]>): void {
    this.#loss ??= { at: this.#clock.now(), values: new Map(values) }
  }

  /** Notices are heard again. */
  drop(): void {
    this.#loss = undefined
  }

  /**
   * @param id of a computation
   * @param graceMs for how long after the loss a value may stand in, in milliseconds
   * @param read asks the store
   * @throws whatever `read` throws, when nothing may stand in
   */
  async orStandIn(
    id: string,
    graceMs: number,
    read: () => Derivation | Promise<Derivation>,
  ): Promise<Derivation> {
    const failedJustNow = this.#clock.now() - this.#failedAt < RETRY_AFTER_MS
    const known = failedJustNow ? this.#find(id, graceMs) : undefined
    if (known !== undefined) return known
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof HubgateError) || error.code !== 'unavailable') throw error
      this.#failedAt = this.#clock.now()
      const standIn = this.#find(id, graceMs)
      if (standIn === undefined) throw error
      return standIn
    }
  }

  #find(id: string, graceMs: number): Derivation | undefined {
    const now = this.#clock.now()
    if (this.#loss === undefined || now >= this.#loss.at + graceMs) return undefined
    const derivation = this.#loss.values.get(id)
    return derivation !== undefined && now < derivation.expiresAt ? derivation : undefined
  }
}
