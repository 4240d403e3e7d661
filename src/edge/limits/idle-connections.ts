import type { Server } from 'node:http'
import { Socket } from 'node:net'
import { seconds } from '../../base/clock.ts'
import { owedOn } from './owed.ts'

/** Shortest and longest time between two looks, in milliseconds. */
const MIN_PERIOD_MS = 20
const MAX_PERIOD_MS = seconds(5)

/** What was seen of a connection when it last moved. */
interface Seen {
  /** Bytes in both directions. */
  bytes: number
  /** By `performance.now()`. */
  at: number
}

/**
 * Ends connections that have carried an answer and wait for too long for a next request. Node would set
 * and clear a timer for that with each request, which takes a fifteenth of a small one's time; this
 * looks at all of them now and then. None ends early; each ends a few seconds late at most.
 */
export class IdleConnections {
  readonly #timeoutMs: number
  readonly #seen = new Map<Socket, Seen>()
  #timer: NodeJS.Timeout | undefined

  /** @param timeoutMs milliseconds */
  constructor(server: Server, timeoutMs: number) {
    this.#timeoutMs = timeoutMs
    server.on('connection', (socket: Socket) => this.#add(socket))
    // It is not the server's any more.
    server.on('upgrade', (_request, socket) => {
      if (socket instanceof Socket) this.#seen.delete(socket)
    })
  }

  #add(socket: Socket): void {
    this.#seen.set(socket, { bytes: 0, at: performance.now() })
    socket.once('close', () => this.#seen.delete(socket))
    const period = Math.min(MAX_PERIOD_MS, Math.max(MIN_PERIOD_MS, this.#timeoutMs / 4))
    this.#timer ??= setInterval(() => this.#look(), period).unref()
  }

  #look(): void {
    const now = performance.now()
    for (const [socket, seen] of this.#seen) this.#lookAt(socket, seen, now)
    if (this.#seen.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #lookAt(socket: Socket, seen: Seen, now: number): void {
    const bytes = socket.bytesRead + socket.bytesWritten
    // One that was never used is waited for as long as for a head.
    const isIdle = owedOn(socket) === undefined && socket.bytesWritten > 0
    if (!isIdle || bytes !== seen.bytes) {
      seen.bytes = bytes
      seen.at = now
    } else if (now - seen.at >= this.#timeoutMs) socket.destroy()
  }
}
