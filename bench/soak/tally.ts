/** Failures that are told; of further ones only the number. */
const TOLD = 20

/** What was done, how often, and what went wrong. */
export class Tally {
  readonly done = new Map<string, number>()
  readonly failures: string[] = []
  readonly #began = performance.now()
  #failed = 0

  get failed(): number {
    return this.#failed
  }

  did(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1)
  }

  /** Something that must not happen. */
  fail(what: string, error: unknown): void {
    this.#failed++
    const text = error instanceof Error ? error.message : String(error)
    if (this.failures.length < TOLD) {
      const at = Math.round((performance.now() - this.#began) / 1_000)
      this.failures.push(`after ${at} s: ${what}: ${text}`)
    }
  }
}
