import { LRUCache } from 'lru-cache'
import { addressKey } from '../base/address-key.ts'
import type { Clock } from '../base/clock.ts'
import { seconds } from '../base/clock.ts'
import { sha256 } from '../base/hash.ts'

export interface LoginLimitOptions {
  /** Failures a window of one account from one address. Default 10. */
  perAccount?: number
  /** Failures a window from one address. Default 30. */
  perAddress?: number
  /** Milliseconds. Default 60 000. */
  windowMs?: number
  /** Accounts and addresses remembered at most; the least recently used are forgotten. Default 20 000. */
  max?: number
  /** Is told of each attempt that counts, for the other processes of the replica. */
  tell?: (attempt: CountedAttempt) => void
}

/** One attempt as it is counted, for another process that counts the same. */
export interface CountedAttempt {
  /** Digests of what it counts for. */
  readonly keys: readonly string[]
  /** Milliseconds since the epoch. */
  readonly at: number
  /** It succeeded, and counts no longer. */
  readonly takenBack: boolean
}

export type LoginAttempt =
  | {
      allowed: true
      /** Takes the attempt back: only failures count. */
      succeeded: () => void
    }
  | {
      allowed: false
      /** Whole seconds until the next attempt is looked at. */
      retryAfter: number
    }

/**
 * How often somebody may guess (threats.md P46). Counted by account together with address, and by
 * address, never by account alone: a stranger cannot lock anybody out. An attempt counts from its
 * beginning, so that many at once do not slip through.
 */
export class LoginLimit {
  readonly #clock: Clock
  readonly #perAccount: number
  readonly #perAddress: number
  readonly #windowMs: number
  readonly #failures: LRUCache<string, number[]>
  readonly #tell: (attempt: CountedAttempt) => void

  constructor(clock: Clock, options: LoginLimitOptions = {}) {
    this.#clock = clock
    this.#perAccount = options.perAccount ?? 10
    this.#perAddress = options.perAddress ?? 30
    this.#windowMs = options.windowMs ?? seconds(60)
    this.#failures = new LRUCache({ max: options.max ?? 20_000 })
    this.#tell = options.tell ?? (() => undefined)
  }

  /**
   * @param account the normalised name, existing or not
   * @param address the client's address; all of an IPv6 /64 count as one
   */
  begin(account: string, address: string): LoginAttempt {
    const now = this.#clock.now()
    const place = addressKey(address)
    const counters: [string, number][] = [
      [sha256(`address\n${place}`), this.#perAddress],
      [sha256(`account\n${place}\n${account}`), this.#perAccount],
    ]
    const free = counters.map(([key, limit]) => this.#freeAt(key, limit, now))
    const wait = Math.max(...free) - now
    if (wait > 0) return { allowed: false, retryAfter: Math.ceil(wait / 1000) }
    const counted: CountedAttempt = {
      keys: counters.map(([key]) => key),
      at: now,
      takenBack: false,
    }
    this.#count(counted)
    return { allowed: true, succeeded: () => this.#count({ ...counted, takenBack: true }) }
  }

  /** Counts an attempt that another process was asked about. */
  hear({ keys, at, takenBack }: CountedAttempt): void {
    for (const key of keys) {
      if (takenBack) this.#takeBack(key, at)
      else
        this.#failures.set(
          key,
          [...this.#recent(key, at), at].toSorted((a, b) => a - b),
        )
    }
  }

  #count(attempt: CountedAttempt): void {
    this.hear(attempt)
    this.#tell(attempt)
  }

  #recent(key: string, now: number): number[] {
    return (this.#failures.get(key) ?? []).filter((at) => at > now - this.#windowMs)
  }

  /** When the next attempt is allowed: now or earlier while there is room. */
  #freeAt(key: string, limit: number, now: number): number {
    const recent = this.#recent(key, now)
    const blocking = recent.at(-limit)
    return blocking === undefined ? now : blocking + this.#windowMs
  }

  #takeBack(key: string, at: number): void {
    const times = [...(this.#failures.get(key) ?? [])]
    const index = times.indexOf(at)
    if (index >= 0) times.splice(index, 1)
    if (times.length === 0) this.#failures.delete(key)
    else this.#failures.set(key, times)
  }
}
