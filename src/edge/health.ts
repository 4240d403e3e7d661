import type { IncomingMessage, ServerResponse } from 'node:http'
import { JUPYTERHUB_VERSION } from '../api/version.ts'
import { HubgateError } from '../base/errors.ts'
import type { Store } from '../store/port.ts'

/** Milliseconds in which the store must answer. */
const STORE_PATIENCE_MS = 1000

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'access-control-allow-headers': 'accept, content-type, authorization',
  'x-jupyterhub-version': JUPYTERHUB_VERSION,
}

/**
 * What load balancers and orchestrators ask, on exact paths and without credentials (threats.md
 * P58). `{hub}health` says that the process serves and is not about to end, whatever the store does;
 * `{hub}ready` says that it can do its work. Neither tells more than that.
 */
export class Health {
  readonly #hubPath: string
  readonly #store: Store
  #ending = false

  /** @param hubPath `{base}hub/` */
  constructor(hubPath: string, store: Store) {
    this.#hubPath = hubPath
    this.#store = store
  }

  /** From now on both checks say that this replica is going away. */
  end(): void {
    this.#ending = true
  }

  /** @returns whether the request was one of the checks, and was answered */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { method, url } = request
    if (method !== 'GET' && method !== 'HEAD') return false
    if (url === `${this.#hubPath}health`) {
      response
        .writeHead(this.#ending ? 503 : 200, {
          ...HEADERS,
          'content-type': 'text/html',
          'content-length': '0',
        })
        .end()
      return true
    }
    if (url !== `${this.#hubPath}ready`) return false
    const store = await this.#asksStore()
    const isReady = store === 'ok' && !this.#ending
    const body = JSON.stringify({ ready: isReady, ending: this.#ending, store })
    response
      .writeHead(isReady ? 200 : 503, {
        ...HEADERS,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      })
      .end(method === 'HEAD' ? undefined : body)
    return true
  }

  async #asksStore(): Promise<'ok' | 'unavailable'> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new HubgateError('unavailable')), STORE_PATIENCE_MS)
    try {
      await Promise.race([this.#store.get(['health']), late])
      return this.#store.listening ? 'ok' : 'unavailable'
    } catch {
      return 'unavailable'
    } finally {
      clearTimeout(timer)
    }
  }
}
