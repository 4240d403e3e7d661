import { seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import type { Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { activityShape } from '../records.ts'
import { checkShape, readEntries } from '../shape.ts'
import type { ActivityNote, ActivityTarget } from './activity-write.ts'
import { activityKey, writeActivity } from './activity-write.ts'
import { LastTouched } from './last-touched.ts'

/** How many last values of a kind are remembered so that most touches write nothing. */
const MAX_KNOWN = 50_000

/** How many activities one commit takes. */
const CHUNK = 500

/** Longest pause between attempts while the store does not answer, in milliseconds. */
const MAX_RETRY_MS = seconds(30)

export interface ActivityOptions {
  /** A touch without a time is dropped when the last one is less than this old; milliseconds. */
  resolutionMs?: number
  /** How long touches are collected before they are written; milliseconds. */
  flushMs?: number
}

/**
 * The last activity of users, tokens, sessions and servers. Touching is a matter of memory only, and
 * mostly of one look-up; the latest values are written together a little later. They only ever move
 * forward.
 */
export class Activity {
  readonly #hub: HubContext
  readonly #resolutionMs: number
  readonly #flushMs: number
  readonly #users = new LastTouched(MAX_KNOWN)
  readonly #tokens = new LastTouched(MAX_KNOWN)
  readonly #sessions = new LastTouched(MAX_KNOWN)
  readonly #servers = new LastTouched(MAX_KNOWN)
  readonly #pending = new Map<string, ActivityNote>()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()
  #failures = 0
  #closed = false

  constructor(hub: HubContext, options: ActivityOptions = {}) {
    this.#hub = hub
    this.#resolutionMs = options.resolutionMs ?? seconds(30)
    this.#flushMs = options.flushMs ?? seconds(1)
  }

  /** @param at milliseconds since the epoch; now when left out */
  touchUser(id: string, at?: number): void {
    const time = this.#due(this.#users, id, at)
    if (time !== undefined) this.#note({ kind: 'user', id }, time)
  }

  /** @param at milliseconds since the epoch; now when left out */
  touchToken(id: string, at?: number): void {
    const time = this.#due(this.#tokens, id, at)
    if (time !== undefined) this.#note({ kind: 'token', id }, time)
  }

  /** @param id the session's digest */
  touchSession(id: string): void {
    const time = this.#due(this.#sessions, id, undefined)
    if (time !== undefined) this.#note({ kind: 'session', id }, time)
  }

  /**
   * @param server empty for the default server
   * @param at milliseconds since the epoch; now when left out
   */
  touchServer(userId: string, server: string, at?: number): void {
    const id = server === '' ? userId : `${userId} ${server}`
    const time = this.#due(this.#servers, id, at)
    if (time !== undefined) this.#note({ kind: 'server', userId, server }, time)
  }

  /** @returns milliseconds since the epoch, or null when there was none */
  async lastOfUser(id: string): Promise<number | null> {
    return (await this.#last([{ kind: 'user', id }]))[0] ?? null
  }

  /** @returns milliseconds since the epoch, or null when there was none */
  async lastOfToken(id: string): Promise<number | null> {
    return (await this.#last([{ kind: 'token', id }]))[0] ?? null
  }

  /** @returns milliseconds since the epoch, or null when there was none */
  async lastOfServer(userId: string, server: string): Promise<number | null> {
    return (await this.#last([{ kind: 'server', userId, server }]))[0] ?? null
  }

  /**
   * Those of many, in their order, in one read.
   * @param ids of users, tokens or sessions; of servers the owner's id and the server's name
   */
  lastOfMany(kind: 'user' | 'token' | 'session', ids: readonly string[]): Promise<(number | null)[]>
  lastOfMany(
    kind: 'server',
    ids: readonly (readonly [userId: string, server: string])[],
  ): Promise<(number | null)[]>
  lastOfMany(
    kind: ActivityTarget['kind'],
    ids: readonly (string | readonly [string, string])[],
  ): Promise<(number | null)[]> {
    return this.#last(ids.map((id) => targetOf(kind, id)))
  }

  /**
   * A user's last activity where what the store has is known.
   * @param stored milliseconds since the epoch, or null
   */
  latestOfUser(id: string, stored: number | null): number | null {
    const touched = this.#pending.get(`user ${id}`)?.at
    return touched === undefined || (stored !== null && stored > touched) ? stored : touched
  }

  /** Writes what was touched. When the store does not answer, it is kept and tried again later. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write())
    return this.#flushing
  }

  /** Writes what was touched and stops; later touches are dropped. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.flush()
    clearTimeout(this.#timer)
  }

  /** @returns the time of a touch that is to be written; undefined when the last one will do */
  #due(known: LastTouched, id: string, at: number | undefined): number | undefined {
    if (this.#closed) return undefined
    const time = at ?? this.#hub.clock.now()
    const last = known.get(id)
    const needed = at === undefined ? this.#resolutionMs : 1
    if (last !== undefined && time - last < needed) return undefined
    known.set(id, time)
    return time
  }

  #note(target: ActivityTarget, at: number): void {
    this.#pending.set(idOf(target), { target, at })
    this.#arm(this.#flushMs)
  }

  #arm(delayMs: number): void {
    if (this.#closed || this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.flush()
    }, delayMs)
    this.#timer.unref()
  }

  async #write(): Promise<void> {
    const notes = [...this.#pending]
    try {
      for (let i = 0; i < notes.length; i += CHUNK)
        await this.#writeChunk(notes.slice(i, i + CHUNK))
      this.#failures = 0
    } catch (error) {
      this.#failures++
      if (this.#failures === 1) this.#hub.log.warn({ err: error }, 'activity is not written yet')
      this.#arm(Math.min(MAX_RETRY_MS, this.#flushMs * 2 ** this.#failures))
    }
  }

  /** One broken record (it is logged where it is read) must not hold up the others. */
  async #writeChunk(chunk: readonly [string, ActivityNote][]): Promise<void> {
    try {
      await writeActivity(
        this.#hub,
        chunk.map(([, note]) => note),
      )
    } catch (error) {
      if (!(error instanceof HubgateError && error.code === 'internal')) throw error
      if (chunk.length > 1) {
        for (const one of chunk) await this.#writeChunk([one])
        return
      }
    }
    for (const [id, note] of chunk) {
      if (this.#pending.get(id) === note) this.#pending.delete(id)
    }
  }

  async #last(targets: readonly ActivityTarget[]): Promise<(number | null)[]> {
    const stored = await this.#stored(targets)
    return targets.map((target, i) => {
      const at = stored[i] ?? null
      const touched = this.#pending.get(idOf(target))?.at ?? null
      return at === null || touched === null ? (at ?? touched) : Math.max(at, touched)
    })
  }

  /** Of one through the cache, where requests for the same follow each other; of more in one read. */
  async #stored(targets: readonly ActivityTarget[]): Promise<(number | null | undefined)[]> {
    const wanted = targets.map(activityKey)
    const [key] = wanted
    if (key !== undefined && wanted.length === 1) return [await cachedActivity(this.#hub, key)]
    const entries = await readEntries(this.#hub, wanted, activityShape)
    return entries.map((entry) => entry?.value.at)
  }
}

function cachedActivity(hub: HubContext, key: Key): Promise<number | null> {
  return hub.cache.derive(['last-activity', ...key], async (read) => {
    const value = await read.get(key)
    return value === undefined ? null : checkShape(hub, key, value, activityShape).at
  })
}

/** Stands for a target in a map: the ids of users, tokens and sessions have no space. */
function idOf(target: ActivityTarget): string {
  return target.kind === 'server'
    ? `server ${target.userId} ${target.server}`
    : `${target.kind} ${target.id}`
}

function targetOf(
  kind: ActivityTarget['kind'],
  id: string | readonly [string, string],
): ActivityTarget {
  if (typeof id !== 'string') return { kind: 'server', userId: id[0], server: id[1] }
  return kind === 'server' ? { kind, userId: id, server: '' } : { kind, id }
}
