/**
 * The store port: a small ordered, transactional key-value store (design.md §5). Drivers know
 * nothing of users or tokens; the domain knows nothing of SQL or Redis. test/contract/store.ts is
 * the suite that every driver passes.
 *
 * Any method may throw `HubgateError('unavailable')` when the database cannot be reached.
 */

/** An ordered tuple of strings. Order is part by part, each by Unicode code point; a prefix sorts first. */
export type Key = readonly string[]

export interface Entry<Value = unknown> {
  readonly key: Key
  /** A JSON document: a fresh copy for each caller. */
  readonly value: Value
  /** Changes at every write of the key, and is never reused for it. Opaque. */
  readonly version: string
  /** Milliseconds since the epoch at which the entry ceases to exist, or null. */
  readonly expiresAt: number | null
}

export interface ListOptions {
  /** Entries to leave out at the beginning (after `after`); 0 by default. */
  offset?: number | undefined
  /** The most entries to answer; all by default. */
  limit?: number | undefined
  /** Descending order. */
  reverse?: boolean | undefined
  /** Only entries strictly behind this key, in the direction of the listing. */
  after?: Key | undefined
}

export interface Check {
  readonly key: Key
  /** The version that the key must still have; null when the key must not exist. */
  readonly version: string | null
}

export interface Write {
  readonly key: Key
  readonly value: unknown
  /** Milliseconds since the epoch; null or left out for never. */
  readonly expiresAt?: number | null | undefined
}

export interface Commit {
  check?: readonly Check[]
  set?: readonly Write[]
  delete?: readonly Key[]
  /** Leases that must still be held, else the commit is not applied. */
  fence?: readonly Lease[]
}

export interface CommitResult {
  /** False when a check or a fence failed: then nothing was changed. */
  readonly applied: boolean
}

/** What `watch` reports. */
export type StoreEvent =
  /** A commit (by any process) or an expiry touched these keys. */
  | { readonly kind: 'changed'; readonly keys: readonly Key[] }
  /** Changes may have been missed: whatever was read before may be stale. */
  | { readonly kind: 'gap' }

/** The right to act on something, alone, until it expires or is released. */
export interface Lease {
  readonly name: string
  readonly holder: string
  /** Grows with every new acquisition of the name, by anyone. */
  readonly fence: number
}

export interface Store {
  /** What it is and where, without secrets, for the log: `sqlite var/hubgate.sqlite`. */
  readonly description: string

  /**
   * Whether `watch` hears of every change at this moment, to be asked at every use: while it is false
   * nothing that was read before may be trusted. A `gap` is reported when it is lost and again when it
   * is true, unless it comes to light that nothing was missed.
   */
  readonly listening: boolean

  get<Value>(key: Key): Promise<Entry<Value> | undefined>

  /** The entries in the order of the keys; undefined where there is none. One consistent read. */
  getMany<Value>(keys: readonly Key[]): Promise<(Entry<Value> | undefined)[]>

  /** Entries whose key begins with the prefix and is longer than it, in key order. */
  list<Value>(prefix: Key, options?: ListOptions): Promise<Entry<Value>[]>

  /** How many entries `list` would answer without options. */
  count(prefix: Key): Promise<number>

  /**
   * All of it or none. Deleting a key that does not exist is not an error.
   * @throws TypeError when one key is both set and deleted, or set twice
   */
  commit(commit: Commit): Promise<CommitResult>

  /**
   * Calls the listener after each commit, by this process or another, with the keys it touched.
   * A process's own commit is reported before its `commit` resolves.
   * @returns a function that stops it
   */
  watch(listener: (event: StoreEvent) => void): () => void

  /**
   * @param ttlMs milliseconds until it expires unless renewed
   * @returns undefined when another holder has it; the same lease again (renewed) for its own holder
   */
  acquireLease(name: string, holder: string, ttlMs: number): Promise<Lease | undefined>

  /** @returns false when it is no longer held: then stop acting at once */
  renewLease(lease: Lease, ttlMs: number): Promise<boolean>

  /** Gives the lease up; harmless when it is no longer held. */
  releaseLease(lease: Lease): Promise<void>

  /** Stops notices and frees the connection. */
  close(): Promise<void>
}
