import { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/**
 * The response that a connection of Node's server is to carry next or carries now, undefined while
 * none is owed. Node keeps it where its own handler of broken requests looks for it.
 */
export function owedOn(socket: Duplex): ServerResponse | undefined {
  if (!('_httpMessage' in socket)) return undefined
  return socket._httpMessage instanceof ServerResponse ? socket._httpMessage : undefined
}

/** Ends a connection on which nothing more is understood as soon as it has carried what it owes. */
export function closeAfter(owed: ServerResponse, socket: Duplex): void {
  if (!owed.headersSent) owed.shouldKeepAlive = false
  socket.on('error', () => socket.destroy())
  owed.once('close', () => socket.destroy())
  owed.once('finish', () => socket.end())
}

/** Most requests of one connection that wait for the answer to another (threats.md P44). */
const MAX_WAITING = 256

/** Methods whose requests may be dealt with at the same time as those around them (RFC 9112 §9.3.2). */
const SAFE: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS'])

const isSafe = ({ req }: ServerResponse): boolean => SAFE.has(req.method)

/** Requests of one connection that came before the one ahead of them was answered. */
interface Pipeline {
  /** The last of their responses. */
  last: ServerResponse
  /** How many are not over. */
  waiting: number
  /** One of them is dealt with only when those ahead of it are over, and so are those behind it. */
  inTurn: boolean
  /** Too many waited: no more is heard. */
  isOver: boolean
}

/**
 * Whether requests that arrive on a connection are still to be heard: not behind an answer that ends
 * it (RFC 9112 §9.6), and not when too many wait there already.
 */
export class Pipelines {
  readonly #pipelines = new WeakMap<Duplex, Pipeline>()

  /**
   * @param response the one that was just made for a request on the connection
   * @returns `too-many` once for a connection, which ends as soon as what it owes is answered; or the
   *   response that must be over before the request may be heard, if the connection is still good then
   */
  look(
    socket: Duplex,
    response: ServerResponse,
  ): 'heard' | 'unheard' | 'too-many' | ServerResponse {
    if (socket.writableEnded) return 'unheard'
    // It has the connection to itself.
    if (response.socket !== null) return 'heard'
    const known = this.#pipelines.get(socket)
    if (known?.isOver === true) return 'unheard'
    const isFirst = known === undefined || known.waiting === 0
    const before = isFirst ? owedOn(socket) : known.last
    if (before?.shouldKeepAlive === false) return 'unheard'
    const pipeline = known ?? { last: response, waiting: 0, inTurn: false, isOver: false }
    if (isFirst) pipeline.inTurn = false
    if (pipeline.waiting >= MAX_WAITING) {
      pipeline.isOver = true
      closeAfter(pipeline.last, socket)
      return 'too-many'
    }
    pipeline.last = response
    pipeline.waiting += 1
    if (known === undefined) this.#pipelines.set(socket, pipeline)
    response.once('close', () => {
      pipeline.waiting -= 1
    })
    if (before === undefined) return 'heard'
    pipeline.inTurn ||= !isSafe(before) || !isSafe(response)
    return pipeline.inTurn ? before : 'heard'
  }
}
