import { keyId } from '../store/keys.ts'
import type { Ending } from './endings.ts'

/** Whether an exchange may go on. */
export type Standing = 'pass' | 'refused'

/** An exchange under way: an HTTP request with its response, or a WebSocket. */
export interface LiveExchange {
  readonly kind: 'http' | 'websocket'
  /** The credential that authorized it. */
  readonly credentialId: string
  /** The server's full name, `user/name`. */
  readonly server: string
  /**
   * Whether its credential would still be let through to its server.
   * @throws HubgateError `unavailable` when that cannot be found out
   */
  recheck(): Promise<Standing>
  /**
   * Ends it on both sides: an HTTP answer is cut off at once, or replaced by an error if it has not
   * begun; a WebSocket's client gets a Close frame first. Calling it again is harmless.
   */
  close(ending: Ending): void
}

class Index {
  readonly #sets = new Map<string, Set<LiveExchange>>()

  add(key: string, exchange: LiveExchange): void {
    const set = this.#sets.get(key)
    if (set === undefined) this.#sets.set(key, new Set([exchange]))
    else set.add(exchange)
  }

  remove(key: string, exchange: LiveExchange): void {
    const set = this.#sets.get(key)
    if (set === undefined) return
    set.delete(exchange)
    if (set.size === 0) this.#sets.delete(key)
  }

  of(key: string): LiveExchange[] {
    return [...(this.#sets.get(key) ?? [])]
  }

  all(): LiveExchange[][] {
    return [...this.#sets.values()].map((set) => [...set])
  }
}

/**
 * What is being passed to servers right now, so that whoever loses a right loses what it opened
 * (design.md §4.3). Registering is O(1).
 */
export class Connections {
  readonly #byPair = new Index()
  readonly #byServer = new Index()
  #size = 0

  /** How many exchanges are under way. */
  get size(): number {
    return this.#size
  }

  /** @returns a function that takes it out again; calling it twice is harmless */
  register(exchange: LiveExchange): () => void {
    const { credentialId, server } = exchange
    const pair = keyId([credentialId, server])
    this.#byPair.add(pair, exchange)
    this.#byServer.add(server, exchange)
    this.#size++
    let registered = true
    return () => {
      if (!registered) return
      registered = false
      this.#byPair.remove(pair, exchange)
      this.#byServer.remove(server, exchange)
      this.#size--
    }
  }

  /** What is open, by credential and server; no group is empty. */
  byCredentialAndServer(): LiveExchange[][] {
    return this.#byPair.all()
  }

  /** How much is open to a server. */
  countOfServer(server: string): number {
    return this.#byServer.of(server).length
  }

  /** Closes everything that is open to a server. @returns how many */
  closeByServer(server: string, ending: Ending): number {
    return closeEach(this.#byServer.of(server), ending)
  }

  /** Closes everything of a kind, whoever's it is. @returns how many */
  closeAll(kind: LiveExchange['kind'], ending: Ending): number {
    const open = this.#byServer.all().flat()
    return closeEach(
      open.filter((exchange) => exchange.kind === kind),
      ending,
    )
  }
}

function closeEach(exchanges: readonly LiveExchange[], ending: Ending): number {
  for (const exchange of exchanges) exchange.close(ending)
  return exchanges.length
}
