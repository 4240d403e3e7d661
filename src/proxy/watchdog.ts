import { setImmediate as nextTurn } from 'node:timers/promises'
import { seconds } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Store, StoreEvent } from '../store/port.ts'
import type { Connections, LiveExchange, Standing } from './connections.ts'
import { ENDINGS } from './endings.ts'

/** A change is followed by a round within so many milliseconds. */
const DEBOUNCE_MS = 100
/** Rounds that nothing gave rise to, for what expires, in milliseconds. */
const EVERY_MS = seconds(2)
/** A check that takes longer has found out nothing, in milliseconds. */
const PATIENCE_MS = seconds(2)
/** Checks that are begun before others get a turn. */
const BATCH = 200
/** Under many changes this share of the time is spent on rounds at most: one in five. */
const REST = 4

/** The keys, by their first part, on which it depends who may pass (see hub/keys.ts). */
const RELEVANT: ReadonlySet<string | undefined> = new Set([
  'group',
  'server',
  'server-session',
  'session',
  'share',
  'token',
  'user',
])

export interface WatchdogOptions {
  store: Store
  connections: Connections
  log: Log
  /** Milliseconds that what is open may go on while it cannot be checked. */
  graceMs: () => number
}

/**
 * Closes what is open and no longer allowed (design.md §4.3; threats.md P26, P30): it asks again for
 * each credential and server soon after a change, and every two seconds. What cannot be checked
 * because the store is lost goes on for a grace.
 */
export class Watchdog {
  readonly #options: WatchdogOptions
  #unwatch: (() => void) | undefined
  #regular: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined
  #again = false
  /** When a check failed for the first time since one round went through; by the monotonic clock. */
  #blindSince: number | undefined
  /** How long the last round took, in milliseconds. */
  #took = 0
  #closed = false

  constructor(options: WatchdogOptions) {
    this.#options = options
  }

  start(): void {
    this.#unwatch = this.#options.store.watch((event) => this.#onEvent(event))
    this.#regular = setInterval(() => this.#begin(), EVERY_MS).unref()
  }

  /** Something changed on which it depends who may pass: checks everything soon. */
  look(): void {
    if (this.#closed || this.#soon !== undefined) return
    const pause = Math.min(EVERY_MS, Math.max(DEBOUNCE_MS, REST * this.#took))
    this.#soon = setTimeout(() => {
      this.#soon = undefined
      this.#begin()
    }, pause).unref()
  }

  /** Begins no more rounds, and waits for the one under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#unwatch?.()
    clearInterval(this.#regular)
    clearTimeout(this.#soon)
    await this.#round
  }

  #onEvent(event: StoreEvent): void {
    if (event.kind === 'gap' || event.keys.some(([kind]) => RELEVANT.has(kind))) this.look()
  }

  /** A round that is under way may have looked before the change: another one follows it. */
  #begin(): void {
    if (this.#round !== undefined) {
      this.#again = true
      return
    }
    const started = performance.now()
    this.#round = this.#check()
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'a round failed'))
      .finally(() => {
        this.#took = performance.now() - started
        this.#round = undefined
        if (this.#again) this.look()
        this.#again = false
      })
  }

  async #check(): Promise<void> {
    const round = new Round(this.#options.log)
    const checks: Promise<void>[] = []
    for (const group of this.#options.connections.byCredentialAndServer()) {
      if (checks.length % BATCH === BATCH - 1) await nextTurn()
      checks.push(round.check(group))
    }
    await Promise.all(checks)
    round.end()
    this.#judge(round.unknown)
  }

  /** Closes what could not be checked for too long. */
  #judge(unknown: readonly LiveExchange[]): void {
    if (unknown.length === 0) {
      this.#blindSince = undefined
      return
    }
    const now = performance.now()
    this.#blindSince ??= now
    if (now - this.#blindSince < this.#options.graceMs()) return
    this.#options.log.warn({ count: unknown.length }, 'closed what cannot be checked any more')
    for (const exchange of unknown) exchange.close(ENDINGS.unavailable)
  }
}

/** One look at everything that is open. */
class Round {
  /** What could not be checked. */
  readonly unknown: LiveExchange[] = []
  readonly #log: Log
  readonly #late = Promise.withResolvers<'unknown'>()
  readonly #timer: NodeJS.Timeout

  constructor(log: Log) {
    this.#log = log
    this.#timer = setTimeout(() => this.#late.resolve('unknown'), PATIENCE_MS).unref()
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  /**
   * One check stands for all that a credential has open at a server. When it is refused each of them
   * is asked: they may have come in different ways.
   */
  async check(group: readonly LiveExchange[]): Promise<void> {
    const [first, ...others] = group
    if (first === undefined) return
    const standing = await this.#ask(first)
    if (standing === 'pass') return
    if (standing === 'unknown') {
      this.unknown.push(...group)
      return
    }
    this.#revoke(first)
    await Promise.all(others.map((exchange) => this.#checkOne(exchange)))
  }

  async #checkOne(exchange: LiveExchange): Promise<void> {
    const standing = await this.#ask(exchange)
    if (standing === 'unknown') this.unknown.push(exchange)
    else if (standing === 'refused') this.#revoke(exchange)
  }

  #revoke(exchange: LiveExchange): void {
    const { kind, credentialId, server } = exchange
    this.#log.info({ event: 'revoked', kind, credential: credentialId, server }, 'access revoked')
    exchange.close(ENDINGS.revoked)
  }

  #ask(exchange: LiveExchange): Promise<Standing | 'unknown'> {
    return Promise.race([this.#answer(exchange), this.#late.promise])
  }

  async #answer(exchange: LiveExchange): Promise<Standing | 'unknown'> {
    try {
      return await exchange.recheck()
    } catch (error) {
      if (error instanceof HubgateError && error.code === 'unavailable') return 'unknown'
      this.#log.error({ err: error, server: exchange.server }, 'an open exchange cannot be checked')
      return 'refused'
    }
  }
}
