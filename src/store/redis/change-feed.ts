import type { Log } from '../../base/log.ts'
import { Listeners } from '../listeners.ts'
import type { Key, StoreEvent } from '../port.ts'
import type { Notice, Tick } from './notice.ts'

/** How old the last tick that came back may be, in milliseconds. */
export const STALE_MS = 1_000

/**
 * Everything that this process learns of changes, and whether it learns of all. Its own commits are
 * reported when Redis answers or when their notice comes, whichever is first, and never twice; those
 * of others when their notice comes.
 */
export class ChangeFeed {
  readonly #log: Log
  readonly #listeners: Listeners
  /** Own commits under way, and whether their notice has come. */
  readonly #sent = new Map<string, 'unheard' | 'reported'>()
  /** Own commits that were reported before their notice came, and their numbers. */
  readonly #answered = new Map<string, number>()
  #heard = 0
  #verifiedAt = Number.NEGATIVE_INFINITY
  #connected = false

  constructor(log: Log) {
    this.#log = log
    this.#listeners = new Listeners(log)
  }

  /** Exact, even when timers are late because this process was held up. */
  get listening(): boolean {
    return this.#connected && this.silentMs < STALE_MS
  }

  /** How long it has been unknown whether anything was missed, in milliseconds. */
  get silentMs(): number {
    return performance.now() - this.#verifiedAt
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    return this.#listeners.add(listener)
  }

  /** A commit of this process is about to be sent. */
  send(id: string): void {
    this.#sent.set(id, 'unheard')
  }

  /** Redis has answered: the commit was made, as the change of that number. */
  answer(id: string, sequence: number, keys: readonly Key[]): void {
    if (this.#sent.get(id) === 'unheard') {
      this.#answered.set(id, sequence)
      this.#listeners.tell({ kind: 'changed', keys })
    }
    this.#sent.delete(id)
  }

  /** The commit was not made, or nobody knows: should its notice come, it is reported then. */
  giveUp(id: string): void {
    this.#sent.delete(id)
  }

  hear(notice: Notice): void {
    if (this.#connected && notice.sequence !== this.#heard + 1) this.miss()
    this.#heard = notice.sequence
    if (this.#answered.delete(notice.id)) return
    if (this.#sent.has(notice.id)) this.#sent.set(notice.id, 'reported')
    this.#listeners.tell({ kind: 'changed', keys: notice.keys })
  }

  /** All notices before the tick have come. */
  hearTick({ sequence, sentAt }: Tick): void {
    this.#verifiedAt = sentAt
    for (const [id, number] of this.#answered) if (number <= sequence) this.#answered.delete(id)
    if (!this.#connected) {
      this.#connected = true
      this.#heard = sequence
      this.#log.info('changes are heard')
      this.#listeners.tell({ kind: 'gap' })
    } else if (sequence !== this.#heard) {
      this.miss()
      this.#heard = sequence
    }
  }

  /** Some changes were missed, but no more will be. */
  miss(): void {
    this.#log.warn('changes were missed')
    this.#listeners.tell({ kind: 'gap' })
  }

  /** From now on changes are missed. */
  lose(): void {
    if (!this.#connected) return
    this.#connected = false
    this.#log.warn('changes are not heard')
    this.#listeners.tell({ kind: 'gap' })
  }

  close(): void {
    this.#connected = false
    this.#listeners.close()
  }
}
