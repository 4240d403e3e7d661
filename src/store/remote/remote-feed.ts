import type { Log } from '../../base/log.ts'
import { Listeners } from '../listeners.ts'
import type { StoreEvent } from '../port.ts'

/** How old the last ping that was answered may be, in milliseconds. */
const STALE_MS = 1_000

/**
 * What this process learns of changes through the owner of the store, and whether it learns of all.
 * The link keeps the order, so while the owner answers nothing was missed.
 */
export class RemoteFeed {
  readonly #log: Log
  readonly #listeners: Listeners
  readonly #verified = Promise.withResolvers<void>()
  #ownerListens = false
  #verifiedAt = Number.NEGATIVE_INFINITY
  /** Whether a gap was reported that another must end. */
  #stale = false
  #closed = false

  constructor(log: Log) {
    this.#log = log
    this.#listeners = new Listeners(log)
  }

  /** Exact, even when timers are late because this process was held up. */
  get listening(): boolean {
    return !this.#closed && this.#ownerListens && !this.#isSilent
  }

  /** Resolves once the owner has answered; never when the link ends before. */
  get verified(): Promise<void> {
    return this.#verified.promise
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    return this.#listeners.add(listener)
  }

  /** @param ownerListens whether the owner hears of every change */
  hear(event: StoreEvent, ownerListens: boolean): void {
    this.#ownerListens = ownerListens
    this.#listeners.tell(event)
  }

  /**
   * The owner answers, and all that it reported before has come.
   * @param sentAt when it was asked, by `performance.now()`
   */
  verify(sentAt: number, ownerListens: boolean): void {
    const wentDeaf = this.#ownerListens && !ownerListens
    this.#ownerListens = ownerListens
    this.#verifiedAt = sentAt
    this.#verified.resolve()
    if (wentDeaf) this.#listeners.tell({ kind: 'gap' })
    if (!this.#stale || this.#isSilent) return
    this.#stale = false
    this.#log.info('changes are heard')
    this.#listeners.tell({ kind: 'gap' })
  }

  /** Says so when the owner has been silent for too long. */
  judge(): void {
    if (this.#stale || !this.#isSilent) return
    this.#stale = true
    this.#log.warn('changes are not heard: the process that owns the store does not answer')
    this.#listeners.tell({ kind: 'gap' })
  }

  /** The link is gone: nothing is heard any more. */
  lose(): void {
    if (this.#closed) return
    this.#closed = true
    if (!this.#stale) this.#listeners.tell({ kind: 'gap' })
    this.#listeners.close()
  }

  /** Ends all reports. */
  close(): void {
    this.#closed = true
    this.#listeners.close()
  }

  get #isSilent(): boolean {
    return performance.now() - this.#verifiedAt >= STALE_MS
  }
}
