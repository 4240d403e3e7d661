import type { Ending } from './endings.ts'
import type { LoadLimits, Visitor } from './load-limits.ts'
import { Load, loadFault, NO_LIMITS } from './load-limits.ts'

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

/** What is open to one server. */
class Group {
  readonly load = new Load()
  readonly byCredential = new Map<string, Set<LiveExchange>>()

  add(exchange: LiveExchange): void {
    const set = this.byCredential.get(exchange.credentialId)
    if (set === undefined) this.byCredential.set(exchange.credentialId, new Set([exchange]))
    else set.add(exchange)
  }

  remove(exchange: LiveExchange): void {
    const set = this.byCredential.get(exchange.credentialId)
    set?.delete(exchange)
    if (set?.size === 0) this.byCredential.delete(exchange.credentialId)
  }

  all(): LiveExchange[] {
    return [...this.byCredential.values()].flatMap((set) => [...set])
  }
}

/**
 * What is being passed to servers right now, so that whoever loses a right loses what it opened
 * (design.md §4.3), and so that nobody opens too much. Registering is O(1).
 */
export class Connections {
  readonly #limits: () => LoadLimits
  readonly #servers = new Map<string, Group>()
  readonly #visitors = new Map<string, Load>()
  readonly #count = { http: 0, websocket: 0 }

  /** @param limits asked for each exchange */
  constructor(limits: () => LoadLimits = () => NO_LIMITS) {
    this.#limits = limits
  }

  /** How many exchanges are under way. */
  get size(): number {
    return this.#count.http + this.#count.websocket
  }

  /** How many exchanges of a kind are under way. */
  countOf(kind: LiveExchange['kind']): number {
    return this.#count[kind]
  }

  /**
   * @returns a function that takes it out again; calling it twice is harmless
   * @throws HubgateError `too_many_requests` when the visitor or the server has too much under way
   */
  register(exchange: LiveExchange, visitor: Visitor): () => void {
    const { kind, server } = exchange
    const { key, isOwner } = visitor
    const group = this.#servers.get(server) ?? new Group()
    const load = this.#visitors.get(key) ?? new Load()
    const fault = loadFault(kind, isOwner, load, group.load, this.#limits())
    if (fault !== null) throw fault
    if (group.byCredential.size === 0) this.#servers.set(server, group)
    if (load.http + load.websocket === 0) this.#visitors.set(key, load)
    const count = (by: 1 | -1): void => {
      group.load.add(kind, isOwner, by)
      load.add(kind, isOwner, by)
      this.#count[kind] += by
    }
    group.add(exchange)
    count(1)
    let registered = true
    return () => {
      if (!registered) return
      registered = false
      group.remove(exchange)
      count(-1)
      if (group.byCredential.size === 0) this.#servers.delete(server)
      if (load.http + load.websocket === 0) this.#visitors.delete(key)
    }
  }

  /** What is open, by credential and server; no group is empty. */
  byCredentialAndServer(): LiveExchange[][] {
    return [...this.#servers.values()].flatMap(({ byCredential }) =>
      [...byCredential.values()].map((set) => [...set]),
    )
  }

  /** How much is open to a server. */
  countOfServer(server: string): number {
    return this.#servers.get(server)?.all().length ?? 0
  }

  /** Closes everything that is open to a server. @returns how many */
  closeByServer(server: string, ending: Ending): number {
    return closeEach(this.#servers.get(server)?.all() ?? [], ending)
  }

  /** Closes everything of a kind, whoever's it is. @returns how many */
  closeAll(kind: LiveExchange['kind'], ending: Ending): number {
    const open = [...this.#servers.values()].flatMap((group) => group.all())
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
