import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { RenderError } from '../api/deps.ts'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { endLateBody } from './body-deadline.ts'
import { checkRequest } from './check-request.ts'
import type { Place } from './classify.ts'
import { classify } from './classify.ts'
import type { Health } from './health.ts'
import type { HubListener } from './hub-app.ts'
import type { Notebook } from './notebook.ts'
import type { RequestScope } from './request-scope.ts'
import { requestScope } from './request-scope.ts'
import { send, sendRaw } from './send.ts'
import type { ServiceGate } from './service.ts'

export interface FrontOptions {
  /** Begins and ends with `/`. */
  baseUrl: string
  health: Health
  /** Sets `X-Request-Id` itself. */
  api: HubListener
  hub: HubListener
  /** Whether a raw path is one that the OAuth provider answers, behind `hub`. */
  isOAuth: (path: string) => boolean
  notebook: Notebook
  services: ServiceGate
  renderError: RenderError
  log: Log
}

/** The straight line of every request: check, classify, hand over; and render what was thrown. */
export class Front {
  readonly #options: FrontOptions

  constructor(options: FrontOptions) {
    this.#options = options
  }

  /** Answers a request. Never rejects. */
  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const scope = requestScope(request)
    response.on('error', () => response.destroy())
    try {
      const fault = checkRequest(request)
      if (fault !== null) {
        response.shouldKeepAlive = false
        throw fault
      }
      const place = classify(request.url ?? '', this.#options.baseUrl)
      if (place.kind !== 'user') endLateBody(request)
      if (place.kind !== 'invalid' && this.#options.isOAuth(pathOf(request))) {
        response.setHeader('X-Request-Id', scope.id)
        await this.#options.hub(request, response, scope)
        return
      }
      if (place.kind === 'hub-api') {
        await this.#options.api(request, response, scope)
        return
      }
      response.setHeader('X-Request-Id', scope.id)
      if (await this.#options.health.answer(request, response)) return
      await this.#handOver(place, request, response, scope)
    } catch (error) {
      await this.#answerError(error, request, response, scope)
    }
  }

  /** Whether an upgrade is one of ours: a proxy that asks about one sends its headers along. */
  takesUpgrade({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
    return !url.startsWith(`${this.#options.baseUrl}hub/api/forward-auth`)
  }

  /** Answers an upgrade. Never rejects. */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const scope = requestScope(request)
    socket.on('error', () => socket.destroy())
    try {
      const fault = checkRequest(request)
      if (fault !== null) throw fault
      const place = classify(request.url ?? '', this.#options.baseUrl)
      if (place.kind === 'invalid') throw new HubgateError('invalid_target', place.reason)
      const { notebook, services } = this.#options
      if (place.kind === 'user') await notebook.upgrade(request, socket, head, place, scope)
      else if (place.kind === 'service') await services.upgrade(request, socket, head, place, scope)
      else throw new HubgateError('not_found')
    } catch (error) {
      if (socket.destroyed) return
      await sendRaw(socket, this.#render(error, request, scope)).catch(() => socket.destroy())
    }
  }

  async #handOver(
    place: Exclude<Place, { kind: 'hub-api' }>,
    request: IncomingMessage,
    response: ServerResponse,
    scope: RequestScope,
  ): Promise<void> {
    switch (place.kind) {
      case 'hub-page':
        await this.#options.hub(request, response, scope)
        return
      case 'user': {
        const { notebook } = this.#options
        const sentOn = await notebook.serve(request, response, place, scope)
        if (sentOn !== undefined) redirect(response, 302, sentOn.location)
        return
      }
      case 'root':
      case 'elsewhere':
      case 'add-slash':
        redirect(response, place.kind === 'add-slash' ? 301 : 302, this.#location(place))
        return
      case 'service': {
        const { services } = this.#options
        const sentOn = await services.serve(request, response, place, scope)
        if (sentOn !== undefined) redirect(response, 302, sentOn.location)
        return
      }
      case 'outside':
        throw new HubgateError('not_found')
      case 'invalid':
        response.shouldKeepAlive = false
        throw new HubgateError('invalid_target', place.reason)
    }
  }

  /** Below the base URL, what is nobody's is the hub's (wire-contract §8.1). */
  #location(place: Extract<Place, { kind: 'root' | 'elsewhere' | 'add-slash' }>): string {
    const { baseUrl } = this.#options
    switch (place.kind) {
      case 'root':
        return `${baseUrl}hub/${place.query}`
      case 'elsewhere':
        return `${baseUrl}hub/${place.rest}${place.query}`
      case 'add-slash':
        return place.location
    }
  }

  async #answerError(
    error: unknown,
    request: IncomingMessage,
    response: ServerResponse,
    scope: RequestScope,
  ): Promise<void> {
    if (response.headersSent || response.destroyed) {
      response.destroy()
      return
    }
    if (!request.complete) response.shouldKeepAlive = false
    response.setHeader('X-Request-Id', scope.id)
    await send(response, this.#render(error, request, scope)).catch(() => response.destroy())
  }

  #render(error: unknown, request: IncomingMessage, scope: RequestScope): Response {
    const { accept } = request.headers
    return this.#options.renderError(error, { accept, path: pathOf(request), id: scope.id })
  }
}

/** The raw path. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/'
}

function redirect(response: ServerResponse, status: 301 | 302, location: string): void {
  response.writeHead(status, { location, 'cache-control': 'no-store', 'content-length': '0' }).end()
}
