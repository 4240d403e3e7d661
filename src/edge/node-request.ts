import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ApiRequest } from '../api/api-request.ts'
import { HubgateError } from '../base/errors.ts'

/** A request of Node's server as endpoints see it. Nothing is read or made before it is asked for. */
export class NodeRequest implements ApiRequest {
  readonly method: string
  readonly url: string
  readonly headers: { get(name: string): string | null }
  readonly peer: string | undefined
  readonly #incoming: IncomingMessage
  readonly #outgoing: ServerResponse
  #signal: AbortSignal | undefined

  /** @param tls whether the socket is TLS */
  constructor(incoming: IncomingMessage, outgoing: ServerResponse, tls: boolean) {
    const { headers, method = 'GET', url = '/' } = incoming
    this.#incoming = incoming
    this.#outgoing = outgoing
    this.method = method
    this.peer = incoming.socket.remoteAddress
    // The edge has seen that there is one valid Host.
    this.url = `${tls ? 'https' : 'http'}://${headers.host ?? ''}${url}`
    this.headers = {
      get: (name) => {
        const value = headers[name.toLowerCase()]
        return Array.isArray(value) ? value.join(', ') : (value ?? null)
      },
    }
  }

  /** Aborted when the client goes away before it has the answer. */
  get signal(): AbortSignal {
    this.#signal ??= goneSignal(this.#outgoing)
    return this.#signal
  }

  /** Null where none is announced (RFC 9112 §6.3). */
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    const { headers } = this.#incoming
    const hasNone =
      headers['transfer-encoding'] === undefined && headers['content-length'] === undefined
    return hasNone
      ? null
      : (Readable.toWeb(this.#incoming) as ReadableStream<Uint8Array<ArrayBuffer>>)
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    const incoming = this.#incoming
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let isWhole = false
      const close = () => {
        if (!isWhole) reject(lost())
      }
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        isWhole = true
        resolve(new Uint8Array(Buffer.concat(chunks)).buffer)
      })
      // An error is followed by this; without a listener it would end the process.
      incoming.on('error', () => undefined)
      incoming.on('close', close)
      if (incoming.destroyed) close()
    })
  }
}

const lost = (): HubgateError =>
  new HubgateError('bad_request', 'The request body did not arrive whole.')

function goneSignal(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController()
  const end = () => {
    if (!outgoing.writableFinished) controller.abort(new Error('the client went away'))
  }
  if (outgoing.closed) end()
  else outgoing.once('close', end)
  return controller.signal
}
