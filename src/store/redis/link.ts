import { setTimeout as delay } from 'node:timers/promises'
import type { RedisOptions } from 'ioredis'
import { Redis } from 'ioredis'
import type { Log } from '../../base/log.ts'
import { unavailable } from '../unavailable.ts'
import { isHopeless, isRefusal, isUnsent, NotConnected, withoutSecrets } from './fault.ts'
import type { Names } from './names.ts'
import type { Argument, ScriptName } from './scripts.ts'
import { defineScripts, runScript } from './scripts.ts'

/** How long callers wait for a connection that was lost, counted from its loss, in milliseconds. */
const PATIENCE_MS = 1_000

/** Pause before what was lost with a connection is tried again, in milliseconds. */
const AGAIN_MS = 10

/** Pause before ioredis is told to go on that gave up, in milliseconds. */
const REVIVE_MS = 250

/** Why a connection was lost when nobody said. */
const CLOSED = 'the connection was closed'

/** Scripts that do no more when they are run twice. */
const REPEATABLE: ReadonlySet<ScriptName> = new Set<ScriptName>([
  'open',
  'read',
  'list',
  'count',
  'acquire-lease',
  'renew-lease',
  'release-lease',
])

export interface LinkOptions {
  client: RedisOptions
  names: Names
  log: Log
  /** Names the store in errors. */
  description: string
}

/** One connection that is made again for ever, until it is closed. */
export class Link {
  readonly client: Redis
  readonly #names: Names
  readonly #log: Log
  readonly #store: string
  readonly #waiting = new Set<() => void>()
  #closed = false
  #wasReady = false
  #lostAt = performance.now()
  #readyAt = performance.now()
  #lastError: Error | undefined

  constructor({ client, names, log, description }: LinkOptions) {
    this.client = new Redis({ ...client, replyMapping: 'legacy' })
    this.#names = names
    this.#log = log.child({ store: description, connection: client.connectionName })
    this.#store = description
    defineScripts(this.client)
    this.client.on('error', (error: unknown) => this.#onError(error))
    this.client.on('ready', () => this.#onReady())
    this.client.on('close', () => this.#onClose())
    this.client.on('end', () => this.#revive())
  }

  get ready(): boolean {
    return this.client.status === 'ready'
  }

  /**
   * Connects for the first time.
   * @param patienceMs how long a server that cannot be reached is waited for
   * @throws the reason, without secrets
   */
  async open(patienceMs: number): Promise<void> {
    const giveUpAt = performance.now() + patienceMs
    this.#connect()
    while (!this.ready) {
      const leftMs = giveUpAt - performance.now()
      const error = this.#lastError
      if (error !== undefined && (leftMs <= 0 || isHopeless(error))) throw error
      if (leftMs <= 0) throw new NotConnected('the server does not answer')
      await this.#change(leftMs)
    }
  }

  /**
   * Runs a script, and again when the connection breaks if that does no harm.
   * @throws HubgateError `unavailable`, within some 2.5 s
   */
  async run(
    name: ScriptName,
    args: readonly Argument[],
    encoding: 'text' | 'bytes' = 'text',
  ): Promise<unknown> {
    const giveUpAt = performance.now() + PATIENCE_MS
    const repeatable = REPEATABLE.has(name)
    for (;;) {
      try {
        await this.#connected(giveUpAt)
        return await runScript(this.client, this.#names, name, args, encoding)
      } catch (error) {
        const harmless = isUnsent(error) || (repeatable && !isRefusal(error))
        if (!harmless || error instanceof NotConnected || performance.now() > giveUpAt) {
          const maybeApplied = !(harmless || repeatable || isRefusal(error))
          throw unavailable({ store: this.#store, maybeApplied, cause: withoutSecrets(error) })
        }
      }
      await delay(AGAIN_MS)
    }
  }

  /** Runs a script once, now. */
  runOnce(name: ScriptName, args: readonly Argument[]): Promise<unknown> {
    return runScript(this.client, this.#names, name, args)
  }

  /**
   * Gives the connection up for a new one, unless that is under way already.
   * @param graceMs how long a connection that was just made is left alone
   */
  restart(graceMs: number): void {
    if (this.ready && performance.now() - this.#readyAt >= graceMs) this.client.disconnect(true)
  }

  close(): void {
    this.#closed = true
    this.client.disconnect()
    this.#wake()
  }

  async #connected(giveUpAt: number): Promise<void> {
    while (!this.ready || this.#closed) {
      if (this.#closed) throw new NotConnected('The store is closed.')
      const leftMs = Math.min(giveUpAt, this.#lostAt + PATIENCE_MS) - performance.now()
      if (leftMs <= 0) {
        throw new NotConnected(`There is no connection: ${this.#lastError?.message ?? 'not yet'}`)
      }
      await this.#change(leftMs)
    }
  }

  #connect(): void {
    if (!this.#closed) this.client.connect().catch(() => undefined)
  }

  async #change(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, timeoutMs)
    this.#waiting.add(resolve)
    await promise
    this.#waiting.delete(resolve)
    clearTimeout(timer)
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve()
  }

  #onReady(): void {
    if (this.#lastError !== undefined) this.#log.info('connected to Redis again')
    this.#wasReady = true
    this.#readyAt = performance.now()
    this.#lastError = undefined
    this.#wake()
  }

  #onClose(): void {
    if (this.#wasReady) this.#lostAt = performance.now()
    this.#wasReady = false
    if (!this.#closed) this.#lose(CLOSED)
  }

  /** ioredis would go on with another database when it may not select the right one. */
  #onError(error: unknown): void {
    this.#lose(error)
    if (commandOf(error) === 'select') this.client.disconnect(true)
    this.#wake()
  }

  #lose(error: unknown): void {
    const news = this.#lastError === undefined
    if (news || error !== CLOSED) this.#lastError = withoutSecrets(error)
    if (news) this.#log.warn({ err: this.#lastError }, 'no connection to Redis')
  }

  /** ioredis gives up when it is disconnected while it asks Sentinels for the server. */
  #revive(): void {
    if (!this.#closed) setTimeout(() => this.#connect(), REVIVE_MS).unref()
  }
}

function commandOf(error: unknown): unknown {
  const command = (error as { command?: { name?: unknown } } | undefined)?.command
  return command?.name
}
