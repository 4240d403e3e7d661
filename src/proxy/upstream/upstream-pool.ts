import type { Traffic } from '../../metrics/traffic.ts'
import type { Call } from './call.ts'
import { endpointOf } from './open-socket.ts'
import type { UpstreamTimes } from './patience.ts'
import type { Ticker, Watched } from './ticker.ts'
import type { ConnectionContext } from './upstream-connection.ts'
import { UpstreamConnection } from './upstream-connection.ts'
import { UpstreamFault } from './upstream-fault.ts'

/** Most connections to one server (threats.md P44); further requests wait for one. */
const MAX_CONNECTIONS = 512
/** Idle connections that a request which is never sent twice may use were used a moment ago. */
const MAX_IDLE_UNSAFE_MS = 1_000
/** RFC 9110 §9.2.1: asking again changes nothing. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a request may be sent a second time (threats.md P5). */
function isRepeatable({ method, body }: Call): boolean {
  return body === undefined && SAFE.has(method)
}

/** A request that waits for a connection. */
class Waiting implements Watched {
  readonly call: Call
  readonly deadline: number
  readonly #onLate: (waiting: Waiting) => void

  constructor(call: Call, deadline: number, onLate: (waiting: Waiting) => void) {
    this.call = call
    this.deadline = deadline
    this.#onLate = onLate
  }

  onDeadline(): void {
    this.#onLate(this)
  }
}

export interface PoolDeps {
  readonly times: UpstreamTimes
  readonly ticker: Ticker
  readonly traffic: Traffic
  /** Most connections at a time; as many as is sensible when left out. */
  readonly maxConnections?: number
}

/** The connections to one run of a server, kept for a while when idle; the last used is used next. */
export class UpstreamPool {
  readonly #deps: PoolDeps
  readonly #context: ConnectionContext
  readonly #open = new Set<UpstreamConnection>()
  readonly #idle: UpstreamConnection[] = []
  readonly #waiting: Waiting[] = []
  readonly #maxConnections: number
  #isDestroyed = false

  /** @param origin of the server, `http://host:port` */
  constructor(origin: string, deps: PoolDeps) {
    this.#deps = deps
    this.#maxConnections = deps.maxConnections ?? MAX_CONNECTIONS
    this.#context = {
      ...deps,
      endpoint: endpointOf(origin),
      onFree: this.#onFree,
      onClosed: this.#onClosed,
      onLost: this.#onLost,
    }
  }

  /** Whether it is closed for good. */
  get isDestroyed(): boolean {
    return this.#isDestroyed
  }

  /**
   * Sends a request; what becomes of it is told to the call.
   * @throws UpstreamFault when the route is gone
   */
  send(call: Call): void {
    if (this.#isDestroyed) throw new UpstreamFault('route_gone')
    const now = performance.now()
    const idle = this.#takeIdle(now, isRepeatable(call))
    if (idle !== undefined) {
      idle.send(call, now)
      return
    }
    // One that is idle but too old for this request gives way.
    if (this.#open.size >= this.#maxConnections) this.#idle[0]?.destroy()
    this.#connectOrWait(call, now)
  }

  /** Forgets a request that waits for a connection. */
  cancel(call: Call): void {
    const at = this.#waiting.findIndex((waiting) => waiting.call === call)
    if (at >= 0) this.#stopWaiting(at)
  }

  /** Ends everything, for good. */
  destroy(): void {
    this.#isDestroyed = true
    const fault = new UpstreamFault('route_gone')
    for (let call = this.#stopWaiting(0); call !== undefined; call = this.#stopWaiting(0)) {
      call.onFault(fault)
    }
    for (const connection of [...this.#open]) connection.abort(fault)
  }

  #connectOrWait(call: Call, now: number): void {
    if (this.#open.size < this.#maxConnections) this.#connect(call, now)
    else this.#wait(call)
  }

  #connect(call: Call, now: number): void {
    const connection = new UpstreamConnection(this.#context)
    this.#open.add(connection)
    connection.send(call, now)
  }

  /** The connection that was used last, unless the server may be about to close it. */
  #takeIdle(now: number, mayRepeat: boolean): UpstreamConnection | undefined {
    const maxIdleMs = mayRepeat ? Number.POSITIVE_INFINITY : MAX_IDLE_UNSAFE_MS
    let last = this.#idle.at(-1)
    while (mayRepeat && last?.isFresh(now, maxIdleMs) === false) {
      last.destroy()
      last = this.#idle.at(-1)
    }
    return last?.isFresh(now, maxIdleMs) === true ? this.#idle.pop() : undefined
  }

  #wait(call: Call): void {
    const { ticker, times } = this.#deps
    const waiting = new Waiting(call, ticker.in(times.firstByteMs), this.#onLate)
    this.#waiting.push(waiting)
    ticker.add(waiting)
  }

  #stopWaiting(at: number): Call | undefined {
    const [waiting] = this.#waiting.splice(at, 1)
    if (waiting !== undefined) this.#deps.ticker.delete(waiting)
    return waiting?.call
  }

  readonly #onLate = (waiting: Waiting): void => {
    this.#stopWaiting(this.#waiting.indexOf(waiting))
    waiting.call.onFault(new UpstreamFault('queue_timeout'))
  }

  readonly #onFree = (connection: UpstreamConnection): void => {
    const next = this.#stopWaiting(0)
    if (next === undefined) this.#idle.push(connection)
    else connection.send(next, performance.now())
  }

  readonly #onClosed = (connection: UpstreamConnection): void => {
    this.#open.delete(connection)
    const at = this.#idle.lastIndexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
    if (this.#isDestroyed) return
    const next = this.#stopWaiting(0)
    if (next !== undefined) this.#connect(next, performance.now())
  }

  readonly #onLost = (call: Call, error: Error, isStale: boolean): void => {
    if (isStale && isRepeatable(call) && !this.#isDestroyed) {
      // Somebody who waited may have got the place already.
      this.#connectOrWait(call, performance.now())
    } else call.onFault(error)
  }
}
