/**
 * The store port over a link to the process that owns the store (docs/adr/0008-workers.md). What the
 * caller got wrong is found out here, before anything is sent.
 */

import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import { checkListOptions, checkTtl, prepareWrites } from '../check-input.ts'
import { StoreOpenError } from '../open-error.ts'
import type {
  Commit,
  CommitResult,
  Entry,
  Key,
  Lease,
  ListOptions,
  Store,
  StoreEvent,
} from '../port.ts'
import { OwnerLink } from './owner-link.ts'
import { RemoteFeed } from './remote-feed.ts'

export interface RemoteOptions {
  /** A stream to a process that serves its store there. */
  stream: Duplex
  /** What the owner's store is. */
  description: string
  log: Log
  /** How long the owner's first answer is waited for, in milliseconds; 5,000 by default. */
  patienceMs?: number | undefined
  /** Called when the owner is gone for good, unless the store was closed. */
  onLost?: (() => void) | undefined
}

/** @throws StoreOpenError when the owner does not answer */
export async function openRemote(options: RemoteOptions): Promise<Store> {
  const { patienceMs = 5_000, description } = options
  const store = new RemoteStore(options)
  const waiting = new AbortController()
  const late = delay(patienceMs, 'late', { signal: waiting.signal }).catch(() => 'late')
  const first = await Promise.race([store.verified, late])
  waiting.abort()
  if (first !== 'late') return store
  await store.close()
  throw new StoreOpenError(
    `Cannot open the store ${description}: the process that owns it does not answer.`,
  )
}

class RemoteStore implements Store {
  readonly description: string
  readonly #feed: RemoteFeed
  readonly #link: OwnerLink

  constructor({ stream, description, log, onLost }: RemoteOptions) {
    this.description = description
    this.#feed = new RemoteFeed(log)
    this.#link = new OwnerLink({ stream, feed: this.#feed, log, description, onLost })
  }

  get listening(): boolean {
    return this.#feed.listening
  }

  /** Resolves once the owner has answered. */
  get verified(): Promise<void> {
    return this.#feed.verified
  }

  async get<Value>(key: Key): Promise<Entry<Value> | undefined> {
    return ((await this.#link.call('get', key)) as Entry<Value> | null) ?? undefined
  }

  async getMany<Value>(keys: readonly Key[]): Promise<(Entry<Value> | undefined)[]> {
    const entries = (await this.#link.call('getMany', keys)) as (Entry<Value> | null)[]
    return entries.map((entry) => entry ?? undefined)
  }

  async list<Value>(prefix: Key, options: ListOptions = {}): Promise<Entry<Value>[]> {
    checkListOptions(options)
    return (await this.#link.call('list', prefix, options)) as Entry<Value>[]
  }

  async count(prefix: Key): Promise<number> {
    return (await this.#link.call('count', prefix)) as number
  }

  async commit(commit: Commit): Promise<CommitResult> {
    prepareWrites(commit)
    return (await this.#link.call('commit', commit)) as CommitResult
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    return this.#feed.watch(listener)
  }

  async acquireLease(name: string, holder: string, ttlMs: number): Promise<Lease | undefined> {
    checkTtl(ttlMs)
    const lease = await this.#link.call('acquireLease', name, holder, ttlMs)
    return (lease as Lease | null) ?? undefined
  }

  async renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    checkTtl(ttlMs)
    return (await this.#link.call('renewLease', lease, ttlMs)) as boolean
  }

  async releaseLease(lease: Lease): Promise<void> {
    await this.#link.call('releaseLease', lease)
  }

  close(): Promise<void> {
    this.#feed.close()
    this.#link.close()
    return Promise.resolve()
  }
}
