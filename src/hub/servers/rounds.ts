import { setTimeout as delay } from 'node:timers/promises'
import { seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import type { ServerRecord } from '../../model/server.ts'
import { fullName, logName } from '../../model/server.ts'
import type { Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'

/** Servers read at a time. */
const PAGE = 200

/** Servers looked at at a time: enough to get on, few enough that requests never queue behind them. */
const AT_ONCE = 4

/** How long one look may hold the others up, in milliseconds. */
const PATIENCE_MS = seconds(10)

export interface RoundsOptions {
  /** Looks at one active server, as its record was a moment ago. */
  look: (server: ServerRecord) => Promise<void>
  /** Ends a round under way; looks that have begun are not waited for. */
  signal: AbortSignal
  /** Milliseconds after which a look is left to itself; 10,000 by default. */
  patienceMs?: number
}

/**
 * Looks at all active servers, a page and a few at a time: a round costs two reads a page, however
 * many servers there are, and leaves the rest of the replica room to work (invariant 11).
 */
export class Rounds {
  readonly #hub: HubContext
  readonly #options: RoundsOptions
  /** Servers, by their full names, at which a look is not over: a hung one is not joined by more. */
  readonly #looking = new Set<string>()
  #round: Promise<void> | undefined
  #again = false

  constructor(hub: HubContext, options: RoundsOptions) {
    this.#hub = hub
    this.#options = options
  }

  /**
   * Makes a round; when one is under way, another behind it, for what it has already passed. Never
   * rejects: a server that cannot be looked at is logged, and so is a store that cannot be read,
   * which ends the round.
   */
  run(): Promise<void> {
    this.#again = true
    this.#round ??= this.#runAll().finally(() => {
      this.#round = undefined
    })
    return this.#round
  }

  async #runAll(): Promise<void> {
    while (this.#again && !this.#options.signal.aborted) {
      this.#again = false
      try {
        await this.#runOne()
      } catch (error) {
        this.#hub.log.warn({ err: error }, 'could not look at the servers')
      }
    }
  }

  async #runOne(): Promise<void> {
    const servers = activeServers(this.#hub)
    const lookInTurn = async (): Promise<void> => {
      for await (const server of servers) {
        if (this.#options.signal.aborted) return
        await this.#lookPatiently(server)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lookInTurn))
  }

  async #lookPatiently(server: ServerRecord): Promise<void> {
    const { signal, patienceMs = PATIENCE_MS } = this.#options
    const name = fullName(server.user, server.name)
    if (this.#looking.has(name)) return
    this.#looking.add(name)
    const over = new AbortController()
    const late = delay(patienceMs, 'late', { signal: AbortSignal.any([over.signal, signal]) })
    const look = this.#look(server).finally(() => this.#looking.delete(name))
    // A look that fails when nobody waits for it any more is in the log all the same.
    look.catch(() => undefined)
    try {
      const end = await Promise.race([look, late.catch(() => undefined)])
      if (end !== 'late') return
      const about = { server: logName(server.user, server.name) }
      this.#hub.log.warn(about, 'it takes long to find out whether a server runs')
    } finally {
      over.abort()
    }
  }

  /** @throws HubgateError `unavailable`: then the others cannot be looked at either */
  async #look(server: ServerRecord): Promise<void> {
    try {
      await this.#options.look(server)
    } catch (error) {
      if (error instanceof HubgateError && error.code === 'unavailable') throw error
      const about = { err: error, server: logName(server.user, server.name) }
      this.#hub.log.error(about, 'could not look at a server')
    }
  }
}

async function* activeServers(hub: HubContext): AsyncGenerator<ServerRecord, void, undefined> {
  let after: Key | undefined
  for (;;) {
    const index = await hub.store.list(keys.activeServers(), { after, limit: PAGE })
    after = index.at(-1)?.key
    if (after === undefined) return
    const wanted = index.map(({ key: [, user = '', name = ''] }) => keys.server(user, name))
    for (const entry of await hub.store.getMany<ServerRecord>(wanted)) {
      if (entry !== undefined) yield entry.value
    }
  }
}
