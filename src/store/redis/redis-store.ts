/**
 * The store port on Redis, for any number of machines.
 *
 * Every operation is one Lua script, so it happens at one moment. What expires does so by the
 * server's time; replicas whose clocks disagree still agree on that. A commit is acknowledged when
 * Redis has it: how much of that survives the end of Redis is for its own settings to say.
 *
 * An ACL user needs these: ~{hubgate}:* &{hubgate}:* +eval +evalsha +type +hget +hmget +hset +hdel
 * +hincrby +zadd +zrem +zscore +zlexcount +zrangebylex +zrevrangebylex +zrangebyscore +time +publish
 * +subscribe +info +select +client|setname, and +config|get for the warnings at the start.
 */
import { randomBytes } from 'node:crypto'
import { HubgateError } from '../../base/errors.ts'
import { checkListOptions, checkTtl, prepareWrites } from '../check-input.ts'
import { encodeKey, prefixRange } from '../keys.ts'
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
import type { ChangeFeed } from './change-feed.ts'
import { packExpiry, unpackEntry, unpackListing } from './entry.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { Link } from './link.ts'
import type { Names } from './names.ts'
import type { Argument } from './scripts.ts'
import { LAYOUT } from './scripts.ts'

/** What the answers of scripts/commit.lua mean. */
const OUTCOMES: Record<number, CommitResult | undefined> = {
  1: { applied: true },
  0: { applied: false },
  [-1]: { applied: false },
}

export interface RedisStoreParts {
  description: string
  commands: Link
  notices: Link
  feed: ChangeFeed
  heartbeat: Heartbeat
  names: Names
  /** The time for scripts, in milliseconds since the epoch; empty for the server's own. */
  time: () => string
}

export class RedisStore implements Store {
  readonly description: string
  readonly #parts: RedisStoreParts
  readonly #origin = randomBytes(9).toString('base64url')
  #commits = 0

  constructor(parts: RedisStoreParts) {
    this.description = parts.description
    this.#parts = parts
  }

  get listening(): boolean {
    return this.#parts.feed.listening
  }

  async get<Value>(key: Key): Promise<Entry<Value> | undefined> {
    const [entry] = await this.getMany<Value>([key])
    return entry
  }

  async getMany<Value>(keys: readonly Key[]): Promise<(Entry<Value> | undefined)[]> {
    const answer = await this.#run('read', [this.#parts.time(), ...keys.map(encodeKey)])
    const packed = answer as (string | null)[]
    return keys.map((key, i) => {
      const one = packed[i] ?? null
      return one === null ? undefined : unpackEntry<Value>(key, one)
    })
  }

  async list<Value>(prefix: Key, options: ListOptions = {}): Promise<Entry<Value>[]> {
    checkListOptions(options)
    const { above, below } = prefixRange(prefix)
    const { offset = 0, limit = -1, reverse = false } = options
    const after = options.after === undefined ? undefined : encodeKey(options.after)
    const args = [
      this.#parts.time(),
      !reverse && after !== undefined && Buffer.compare(after, above) > 0 ? after : above,
      reverse && after !== undefined && Buffer.compare(after, below) < 0 ? after : below,
      reverse ? '1' : '0',
      offset,
      limit,
    ]
    const answer = await this.#parts.commands.run('list', args, 'bytes')
    return unpackListing<Value>(answer as Buffer[])
  }

  async count(prefix: Key): Promise<number> {
    const { above, below } = prefixRange(prefix)
    return Number(await this.#run('count', [this.#parts.time(), above, below]))
  }

  async commit(commit: Commit): Promise<CommitResult> {
    const writes = prepareWrites(commit)
    const { check = [], fence = [], delete: deletes = [] } = commit
    const id = `${this.#origin}.${(this.#commits++).toString(36)}`
    const args: Argument[] = [
      ...[this.#parts.time(), LAYOUT, this.#parts.names.changes, id],
      ...[check.length, fence.length, writes.length, deletes.length],
      ...check.flatMap(({ key, version }) => [encodeKey(key), version ?? '']),
      ...fence.flatMap(leaseArguments),
      ...writes.flatMap(({ key, json, expiresAt }) => [
        encodeKey(key),
        packExpiry(expiresAt),
        json,
      ]),
      ...deletes.map(encodeKey),
    ]
    const keys = [...writes.map(({ key }) => key), ...deletes]
    return this.#send(id, args, keys)
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    return this.#parts.feed.watch(listener)
  }

  async acquireLease(name: string, holder: string, ttlMs: number): Promise<Lease | undefined> {
    checkTtl(ttlMs)
    const args = [this.#parts.time(), encodeKey([name]), encodeKey([holder]), ttlMs]
    const fence = Number(await this.#run('acquire-lease', args))
    return fence === 0 ? undefined : { name, holder, fence }
  }

  async renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    checkTtl(ttlMs)
    return (
      (await this.#run('renew-lease', [this.#parts.time(), ...leaseArguments(lease), ttlMs])) === 1
    )
  }

  async releaseLease(lease: Lease): Promise<void> {
    await this.#run('release-lease', leaseArguments(lease))
  }

  close(): Promise<void> {
    const { heartbeat, feed, commands, notices } = this.#parts
    heartbeat.close()
    feed.close()
    commands.close()
    notices.close()
    return Promise.resolve()
  }

  async #send(id: string, args: readonly Argument[], keys: readonly Key[]): Promise<CommitResult> {
    const { feed } = this.#parts
    feed.send(id)
    try {
      const [code, sequence] = (await this.#run('commit', args)) as [number, number]
      if (sequence > 0) feed.answer(id, sequence, keys)
      return this.#outcome(code)
    } finally {
      feed.giveUp(id)
    }
  }

  #outcome(code: number): CommitResult {
    const outcome = OUTCOMES[code]
    if (outcome !== undefined) return { ...outcome }
    throw new HubgateError('unavailable', undefined, {
      detail: { store: this.description, reason: 'written by another version of hubgate' },
    })
  }

  #run(name: Parameters<Link['run']>[0], args: readonly Argument[]): Promise<unknown> {
    return this.#parts.commands.run(name, args)
  }
}

function leaseArguments({ name, holder, fence }: Lease): Argument[] {
  return [encodeKey([name]), encodeKey([holder]), fence]
}
