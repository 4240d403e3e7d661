import { HubgateError } from '../../base/errors.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { Connection } from './connection.ts'
import { isLocked } from './connection.ts'

/** The most commits that share a transaction, so that none waits long for the others. */
const MAX_GROUP = 64

interface Waiting {
  apply: () => boolean
  resolve: (applied: boolean) => void
  reject: (error: unknown) => void
}

/**
 * Commits that are asked for at the same time, made one after the other in one transaction: what
 * takes long is to bring a transaction to the disk, and that is done once for all of them. Each
 * checks what those before it have left, and changes all or nothing, as if it were alone; none
 * resolves before the transaction is on the disk and reported.
 */
export class GroupCommit {
  readonly #connection: Connection
  readonly #feed: ChangeFeed
  #waiting: Waiting[] = []
  #flushing: Promise<void> | undefined

  constructor(connection: Connection, feed: ChangeFeed) {
    this.#connection = connection
    this.#feed = feed
  }

  /**
   * @param apply checks and changes the tables inside the transaction; must change nothing when it
   *   answers false, and be safe to repeat
   * @throws HubgateError `unavailable`; whatever `apply` throws
   */
  add(apply: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ apply, resolve, reject })
      // Behind what else has arrived by now, which may commit as well.
      if (this.#waiting.length === 1) setImmediate(() => void this.flush())
    })
  }

  /** Makes all commits that wait. Never rejects. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#flushing ??= this.#make(this.#waiting.splice(0, MAX_GROUP)).finally(() => {
        this.#flushing = undefined
      })
      await this.#flushing
    }
    await this.#flushing
  }

  async #make(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#write(group)
      for (const [i, { resolve }] of group.entries()) resolve(results[i] === true)
    } catch (error) {
      // One that cannot be written must not take the others with it.
      const isShared = group.length === 1 || isLockedOut(error)
      if (isShared) for (const { reject } of group) reject(error)
      else for (const one of group) await this.#make([one])
    }
  }

  #write(group: readonly Waiting[]): Promise<boolean[]> {
    return this.#connection.run(() => {
      const results = this.#connection.write('power', () => group.map(({ apply }) => apply()))
      this.#feed.report()
      return results
    })
  }
}

/** Whether another process kept the database locked for too long. */
function isLockedOut(error: unknown): boolean {
  return error instanceof HubgateError && isLocked(error.cause)
}
