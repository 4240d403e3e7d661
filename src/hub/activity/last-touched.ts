/**
 * When things were last touched. Those touched long ago may be forgotten when there are many; to ask
 * for one that is known is a look-up or two, and allocates nothing.
 */
export class LastTouched {
  readonly #max: number
  #young = new Map<string, number>()
  #old = new Map<string, number>()

  /** @param max how many are remembered at least; it is twice as many at most */
  constructor(max: number) {
    this.#max = max
  }

  get(id: string): number | undefined {
    return this.#young.get(id) ?? this.#old.get(id)
  }

  /** @param at milliseconds since the epoch */
  set(id: string, at: number): void {
    this.#young.set(id, at)
    if (this.#young.size < this.#max) return
    this.#old = this.#young
    this.#young = new Map()
  }
}
