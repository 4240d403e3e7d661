/** What the supervisor and its workers say to each other over Node's channel between processes. */
import type { CountedAttempt } from '../auth/login-limit.ts'
import type { LoadOptions } from '../config/load.ts'
import type { Snapshot } from '../config/snapshot.ts'
import type { Collected } from '../metrics/collected.ts'

/** What a worker is to be. */
export interface Task {
  readonly kind: 'start'
  /** From 1; a worker that takes another's place has its number. */
  readonly number: number
  /** The configuration in force, to be sealed again. */
  readonly snapshot: Snapshot
  readonly overrides: NonNullable<LoadOptions['overrides']>
  /** The dummy authenticator's password when the config has none: the same in all. */
  readonly madeUpPassword: string | undefined
  /** What the supervisor's store is when it owns one; else each worker opens the store itself. */
  readonly ownedStore: string | undefined
}

export interface LoginNotice {
  readonly kind: 'login'
  readonly attempt: CountedAttempt
}

export type ToWorker =
  | Task
  /** Drain and end. */
  | { readonly kind: 'end' }
  /** Somebody tried to sign in at another worker. */
  | LoginNotice
  /** Say what you measured. */
  | { readonly kind: 'collect'; readonly id: number }
  /** The answer to a `scrape`. */
  | { readonly kind: 'scraped'; readonly id: number; readonly parts: Collected[] }

export type FromWorker =
  | { readonly kind: 'ready'; readonly url: string }
  /** It cannot start, for a reason that whoever runs hubgate can put right. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Somebody asked over the API that the whole hub ends. */
  | { readonly kind: 'asked' }
  /** Somebody tried to sign in here. */
  | LoginNotice
  /** The answer to a `collect`. */
  | { readonly kind: 'collected'; readonly id: number; readonly part: Collected }
  /** Say what all workers measured. */
  | { readonly kind: 'scrape'; readonly id: number }

/** The descriptor at which a worker has its link to the owner of the store. */
export const STORE_FD = 4
