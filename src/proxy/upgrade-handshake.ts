import type { IncomingMessage } from 'node:http'
import type { Traffic } from '../metrics/traffic.ts'
import type { Route } from './route.ts'
import { pathBelow } from './target.ts'
import type { UpgradeAnswer } from './upgrade-answer.ts'
import { UpgradeAnswerReader } from './upgrade-answer.ts'
import type { AnswerHead } from './upstream/answer-head.ts'
import type { Offer } from './websocket-handshake.ts'
import { isAccepted, offerOf } from './websocket-handshake.ts'

/** What of an upgrade request is needed until the server has answered it. */
export class UpgradeHandshake {
  /** What follows the server's prefix. */
  readonly path: string
  readonly #offer: Offer
  readonly #reader = new UpgradeAnswerReader()
  readonly #traffic: Traffic
  /** On the clock of `performance.now()`: when the step began that is under way. */
  #since = performance.now()
  #hasByte = false

  /** To be made when the connection is begun. */
  constructor(request: IncomingMessage, route: Route, traffic: Traffic) {
    this.path = pathBelow(route, request.url ?? '/')
    this.#offer = offerOf(request)
    this.#traffic = traffic
  }

  /** The connection is made, and the request goes out. */
  begin(): void {
    const now = performance.now()
    this.#traffic.upstreamConnected((now - this.#since) / 1000)
    this.#since = now
  }

  /**
   * Takes what the server sends.
   * @param bytes to keep; undefined when no more will come
   * @returns the answer once it is whole
   * @throws UpstreamFault when the server breaks a rule
   */
  read(bytes: Buffer | undefined): UpgradeAnswer | undefined {
    if (bytes === undefined) return this.#reader.end()
    if (!this.#hasByte) {
      this.#hasByte = true
      this.#traffic.firstByte((performance.now() - this.#since) / 1000)
    }
    return this.#reader.read(bytes)
  }

  /** Whether a 101 answers exactly this handshake. */
  isAccepted({ headers }: AnswerHead): boolean {
    return isAccepted(this.#offer, headers)
  }
}
