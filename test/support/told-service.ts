import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { JWTPayload } from 'jose'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { WebSocketServer } from 'ws'

/** What a service saw of a request. */
export interface Seen {
  method: string
  path: string
  /** All headers by lower-case name; repeated ones as a list. */
  headers: Record<string, string[]>
  body: string
  /** What the JWT says, once it is verified; or why it is no good. */
  claims: JWTPayload | string
}

/**
 * A service that is not written for JupyterHub: it believes the signed JWT and nothing else, and
 * answers what it saw of the request. On a WebSocket it says that first and then echoes.
 */
export class ToldService implements AsyncDisposable {
  /** Everything that reached it. */
  readonly seen: Seen[] = []
  readonly #server = createServer()
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #verify: (jwt: string) => Promise<JWTPayload>

  /** @param trust where the keys are, and what the JWT must say */
  private constructor(trust: { jwks: string; issuer: string; audience: string }) {
    const { jwks, ...expected } = trust
    const keys = createRemoteJWKSet(new URL(jwks))
    this.#verify = async (jwt) =>
      (await jwtVerify(jwt, keys, { algorithms: ['ES256'], ...expected })).payload
    this.#server.on('request', (request, response) => {
      void text(request)
        .then((body) => this.#look(request, body))
        .then((seen) => {
          response.setHeader('content-type', 'application/json').end(JSON.stringify(seen))
        })
    })
    this.#server.on('upgrade', (request, socket, head) => {
      void this.#look(request, '').then((seen) => {
        this.#sockets.handleUpgrade(request, socket, head, (client) => {
          client.send(JSON.stringify(seen))
          client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }))
        })
      })
    })
  }

  /** @param port where it listens */
  static async start(
    port: number,
    trust: { jwks: string; issuer: string; audience: string },
  ): Promise<ToldService> {
    const service = new ToldService(trust)
    service.#server.listen(port, '127.0.0.1')
    await once(service.#server, 'listening')
    return service
  }

  async #look(request: IncomingMessage, body: string): Promise<Seen> {
    const headers: Record<string, string[]> = {}
    for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
      const name = (request.rawHeaders[i] ?? '').toLowerCase()
      headers[name] = [...(headers[name] ?? []), request.rawHeaders[i + 1] ?? '']
    }
    const { method = '', url = '' } = request
    const bearer = headers['authorization']?.[0]?.replace(/^Bearer /, '')
    const jwt = headers['x-hubgate-jwt']?.[0] ?? bearer ?? ''
    const claims = await this.#verify(jwt).catch((error: unknown) => String(error))
    const seen = { method, path: url, headers, body, claims }
    this.seen.push(seen)
    return seen
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate()
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
