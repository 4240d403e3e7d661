/** An exchange under way: an HTTP request with its response, or a WebSocket. */
export interface LiveExchange {
  /** The credential that authorized it. */
  readonly credentialId: string
  /** The server's full name, `user/name`. */
  readonly server: string
  /**
   * Ends it at once, on both sides. Calling it again is harmless.
   * @param reason for the log
   */
  close(reason: string): void
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

  of(key: string): ReadonlySet<LiveExchange> | undefined {
    return this.#sets.get(key)
  }

  keys(): string[] {
    return [...this.#sets.keys()]
  }
}

/**
 * What is being passed to servers right now, so that whoever loses a right loses what it opened
 * (design.md §4.3). Registering is O(1).
 */
export class Connections {
  readonly #byCredential = new Index()
  readonly #byServer = new Index()
  #size = 0

  /** How many exchanges are under way. */
  get size(): number {
    return this.#size
  }

  /** @returns a function that takes it out again; calling it twice is harmless */
  register(exchange: LiveExchange): () => void {
    this.#byCredential.add(exchange.credentialId, exchange)
    this.#byServer.add(exchange.server, exchange)
    this.#size++
    let registered = true
    return () => {
      if (!registered) return
      registered = false
      this.#byCredential.remove(exchange.credentialId, exchange)
      this.#byServer.remove(exchange.server, exchange)
      this.#size--
    }
  }

  /** The ids of all credentials that have something open: what a revocation check looks through. */
  credentials(): string[] {
    return this.#byCredential.keys()
  }

  countOfServer(server: string): number {
    return this.#byServer.of(server)?.size ?? 0
  }

  countOfCredential(credentialId: string): number {
    return this.#byCredential.of(credentialId)?.size ?? 0
  }

  /** Closes everything that is open to a server. @returns how many */
  closeByServer(server: string, reason: string): number {
    return closeAll(this.#byServer.of(server), reason)
  }

  /** Closes everything that a credential opened. @returns how many */
  closeByCredential(credentialId: string, reason: string): number {
    return closeAll(this.#byCredential.of(credentialId), reason)
  }

  /** Closes what a credential opened to one server. @returns how many */
  closeByCredentialAt(credentialId: string, server: string, reason: string): number {
    const open = [...(this.#byCredential.of(credentialId) ?? [])]
    return closeAll(
      open.filter((exchange) => exchange.server === server),
      reason,
    )
  }
}

function closeAll(exchanges: Iterable<LiveExchange> | undefined, reason: string): number {
  const open = [...(exchanges ?? [])]
  for (const exchange of open) exchange.close(reason)
  return open.length
}
