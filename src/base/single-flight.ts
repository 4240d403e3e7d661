/** Shares one pending call among all who ask for the same key while it runs. */
export class SingleFlight<Value> {
  readonly #pending = new Map<string, Promise<Value>>()

  /**
   * @param key what is asked for; equal keys share
   * @param work runs once a key at a time; its rejection reaches every caller and is not kept
   */
  run(key: string, work: () => Promise<Value>): Promise<Value> {
    const running = this.#pending.get(key)
    if (running !== undefined) return running
    const started = work().finally(() => this.#pending.delete(key))
    this.#pending.set(key, started)
    return started
  }
}
