/** Questions to another process that are answered by a message of their own, or not in time. */
export class Questions<Answer> {
  readonly #open = new Map<number, (answer: Answer | undefined) => void>()
  #lastId = 0

  /**
   * @param send is given the number that the answer must have
   * @param patienceMs milliseconds
   * @returns undefined when no answer came in time
   */
  ask(send: (id: number) => void, patienceMs: number): Promise<Answer | undefined> {
    const id = ++this.#lastId
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(id, undefined), patienceMs)
      this.#open.set(id, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      send(id)
    })
  }

  /** An answer has come; one that nobody waits for any more is ignored. */
  answer(id: number, answer: Answer | undefined): void {
    const resolve = this.#open.get(id)
    this.#open.delete(id)
    resolve?.(answer)
  }
}
