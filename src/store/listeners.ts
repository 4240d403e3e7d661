import type { Log } from '../base/log.ts'
import type { StoreEvent } from './port.ts'

type Listener = (event: StoreEvent) => void

/** Who watches a store. */
export class Listeners {
  readonly #log: Log
  readonly #all = new Set<Listener>()
  #closed = false

  constructor(log: Log) {
    this.#log = log
  }

  /** @see Store.watch */
  add(listener: Listener): () => void {
    const own = (event: StoreEvent): void => listener(event)
    if (!this.#closed) this.#all.add(own)
    return () => this.#all.delete(own)
  }

  /** Never throws: one that fails is logged, and keeps no other from hearing. */
  tell(event: StoreEvent): void {
    for (const listener of [...this.#all]) {
      try {
        listener(event)
      } catch (error) {
        this.#log.error({ err: error }, 'a listener to changes failed')
      }
    }
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.#closed = true
    this.#all.clear()
  }
}
