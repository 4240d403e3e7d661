import type { Collected } from '../metrics/collected.ts'
import { collectDeparted, openWorkerMetrics } from '../metrics/collected.ts'
import { Questions } from './questions.ts'

/** How long a worker may take to say what it measured, in milliseconds; then what it last said stands. */
const PATIENCE_MS = 2_000

/** A worker that can be asked. */
export interface Measured {
  readonly number: number
  readonly isReady: boolean
  send(message: { kind: 'collect'; id: number }): void
}

/**
 * What all workers measured, for a scrape that any of them got. Counts of workers that have ended
 * stay in it, as they were when they last told.
 */
export class Measurements {
  readonly #questions = new Questions<Collected>()
  readonly #latest = new Map<number, Collected>()
  readonly #own = openWorkerMetrics()
  readonly #patienceMs: number
  #departed: Promise<Collected> = Promise.resolve([])

  /** @param patienceMs how long a worker may take to answer, in milliseconds */
  constructor(patienceMs = PATIENCE_MS) {
    this.#patienceMs = patienceMs
  }

  /** An answer of a worker. */
  answer(id: number, part: Collected): void {
    this.#questions.answer(id, part)
  }

  async collect(workers: readonly Measured[]): Promise<Collected[]> {
    await Promise.all(workers.filter(({ isReady }) => isReady).map((one) => this.#ask(one)))
    this.#own.serving(workers.filter(({ isReady }) => isReady).length)
    return [...this.#latest.values(), await this.#departed, await this.#own.collect()]
  }

  /** A worker has ended; another will have its number. */
  gone(number: number): void {
    const last = this.#latest.get(number)
    this.#latest.delete(number)
    if (last === undefined) return
    this.#departed = this.#departed.then((before) => collectDeparted([before, last]))
  }

  /** A worker was started in the place of another. */
  restarted(): void {
    this.#own.restarted()
  }

  async #ask(worker: Measured): Promise<void> {
    const part = await this.#questions.ask(
      (id) => worker.send({ kind: 'collect', id }),
      this.#patienceMs,
    )
    if (part !== undefined && worker.isReady) this.#latest.set(worker.number, part)
  }
}
