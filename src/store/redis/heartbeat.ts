import type { Log } from '../../base/log.ts'
import type { ChangeFeed } from './change-feed.ts'
import { STALE_MS } from './change-feed.ts'
import { withoutSecrets } from './fault.ts'
import type { Link } from './link.ts'
import type { Names } from './names.ts'
import { parseNotice, parseTick } from './notice.ts'
import { LAYOUT } from './scripts.ts'

/** Between heartbeats, in milliseconds. */
const BEAT_MS = 250

/** After which time without an answer a connection is dead: commands have given up before. */
const UNANSWERED_MS = 2_000

/** How long a new connection is given before it is given up too, in milliseconds. */
const GRACE_MS = 2_000

/** Expired entries deleted at once. */
const SWEEP_LIMIT = 500

/** What is wrong when a beat answers less than 0. */
const TROUBLES: Record<number, string> = {
  [-1]: 'Redis takes no writes: expired entries cannot be deleted',
  [-2]: 'the store was taken over by another version of hubgate',
}

export interface HeartbeatOptions {
  commands: Link
  notices: Link
  feed: ChangeFeed
  names: Names
  log: Log
  /** The time for scripts; empty for the server's own. */
  time: () => string
}

/**
 * Sends a tick over the connection for commands and waits for it on the one for notices. Only that
 * proves that changes would be heard: a connection may be dead for long without saying so, or lead
 * to another server than the one that is written to. Also deletes what has expired.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  readonly #firstTick = Promise.withResolvers<void>()
  #timer: NodeJS.Timeout | undefined
  #lastRound = 0
  #answeredAt = performance.now()
  #trouble: string | undefined
  #closed = false

  constructor(options: HeartbeatOptions) {
    this.#options = options
    const { client } = options.notices
    client.on('close', () => options.feed.lose())
    client.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      this.#onMessage(channel.toString(), message)
    })
  }

  /**
   * Begins; the connections must be there.
   * @param patienceMs how long the first tick is waited for
   * @throws whatever Redis says, or that the tick did not come
   */
  async start(patienceMs: number): Promise<void> {
    this.#options.notices.client.on('ready', () => void this.#resubscribe())
    await this.#subscribe()
    await this.#beat()
    await within(patienceMs, this.#firstTick.promise)
    this.#timer = setInterval(() => this.#round(), BEAT_MS).unref()
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
  }

  async #subscribe(): Promise<void> {
    const { names, notices } = this.#options
    await notices.client.subscribe(names.changes, names.ticks)
  }

  async #resubscribe(): Promise<void> {
    try {
      await this.#subscribe()
    } catch (error) {
      this.#note(error)
      this.#options.notices.restart(GRACE_MS)
      return
    }
    await this.#tryBeat()
  }

  #onMessage(channel: string, message: Buffer): void {
    const { feed, names, log } = this.#options
    if (this.#closed) return
    if (channel === names.ticks) {
      feed.hearTick(parseTick(message))
      this.#firstTick.resolve()
      return
    }
    try {
      feed.hear(parseNotice(message))
    } catch (error) {
      log.error({ err: error }, 'a notice of changes cannot be read')
      feed.miss()
    }
  }

  /** A round that comes late says nothing: this process was held up, and what it was sent waits. */
  #round(): void {
    const now = performance.now()
    const late = now - this.#lastRound > 2 * BEAT_MS
    this.#lastRound = now
    if (!late) this.#judge(now)
    void this.#tryBeat()
  }

  #judge(now: number): void {
    const { commands, notices, feed } = this.#options
    if (now - this.#answeredAt > UNANSWERED_MS) commands.restart(GRACE_MS)
    if (feed.silentMs < STALE_MS) return
    feed.lose()
    notices.restart(GRACE_MS)
  }

  async #tryBeat(): Promise<void> {
    if (!this.#options.commands.ready) return
    try {
      await this.#beat()
    } catch (error) {
      this.#note(error)
    }
  }

  async #beat(): Promise<void> {
    const { commands, names, time } = this.#options
    const tick = performance.now()
    const answer = Number(
      await commands.runOnce('beat', [
        time(),
        LAYOUT,
        names.changes,
        names.ticks,
        tick,
        SWEEP_LIMIT,
      ]),
    )
    this.#answeredAt = performance.now()
    this.#note(TROUBLES[answer])
    if (answer === SWEEP_LIMIT && !this.#closed) await this.#beat()
  }

  /** Tells the log what is wrong, once for as long as it lasts. */
  #note(trouble: unknown): void {
    const { log } = this.#options
    const text = trouble instanceof Error ? trouble.message : (trouble as string | undefined)
    if (text !== this.#trouble && !this.#closed) {
      if (text === undefined) log.info('the heartbeat of Redis goes on')
      else if (trouble instanceof Error) log.warn({ err: withoutSecrets(trouble) }, 'no heartbeat')
      else log.warn(text)
    }
    this.#trouble = text
  }
}

async function within(ms: number, event: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('Redis sends no notices of changes')), ms)
  try {
    await Promise.race([event, promise])
  } finally {
    clearTimeout(timer)
  }
}
