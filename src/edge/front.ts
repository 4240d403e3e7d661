import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { RenderError } from '../api/deps.ts'
import { seconds } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/schema.ts'
import type { Traffic } from '../metrics/traffic.ts'
import { cutOff } from '../proxy/client-connection.ts'
import { endBehind, linger } from '../proxy/linger.ts'
import { endLateBody } from './body-deadline.ts'
import { checkRequest } from './check-request.ts'
import type { Place, ServicePlace, UserPlace } from './classify.ts'
import { classify } from './classify.ts'
import type { Health } from './health.ts'
import type { HubListener } from './hub-app.ts'
import { rejectionOf } from './limits/rejection.ts'
import { endUnreadAnswer } from './limits/unread-answer.ts'
import type { Notebook, SentOn } from './notebook.ts'
import type { HostsConfig } from './own-hosts.ts'
import { OwnHosts } from './own-hosts.ts'
import { ownRedirect, redirect } from './redirect.ts'
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
  /** The configuration in force. */
  config: () => Pick<Config, 'limits' | keyof HostsConfig>
  traffic: Pick<Traffic, 'rejected'>
  log: Log
}

/** The straight line of every request: check, classify, hand over; and render what was thrown. */
export class Front {
  readonly #options: FrontOptions
  readonly #ownHosts: OwnHosts

  constructor(options: FrontOptions) {
    this.#options = options
    this.#ownHosts = new OwnHosts(options.config)
  }

  /** Answers a request. Never rejects. */
  async request(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const scope = requestScope(request)
    response.on('error', () => cutOff(request))
    try {
      const place = this.#place(request, response)
      if (place.kind === 'user' || place.kind === 'service') {
        const sentOn = await this.#pass(place, request, response, scope)
        if (sentOn !== undefined) this.#sendOn(sentOn, response, scope)
        return
      }
      this.#setDeadlines(request, response, scope)
      if (this.#options.isOAuth(pathOf(request))) {
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

  /**
   * Where a request leads. What is refused here ends the connection, which is settled before anything
   * is waited for: a request behind it on the same connection is not heard (RFC 9112 §9.6).
   * @throws HubgateError when it is not clear
   */
  #place(request: IncomingMessage, response: ServerResponse): Exclude<Place, { kind: 'invalid' }> {
    const place = this.#fault(request) ?? classify(request.url ?? '', this.#options.baseUrl)
    if (!(place instanceof HubgateError) && place.kind !== 'invalid') return place
    endBehind(response)
    throw place instanceof HubgateError ? place : new HubgateError('invalid_target', place.reason)
  }

  /** What is wrong with a request, whatever it asks for; or null. */
  #fault(request: IncomingMessage): HubgateError | null {
    const fault = checkRequest(request, this.#options.config().limits)
    if (fault !== null || this.#ownHosts.has(request)) return fault
    return new HubgateError('misdirected')
  }

  /** For what the hub itself answers: a client neither sends nor reads it for ever. */
  #setDeadlines(request: IncomingMessage, response: ServerResponse, scope: RequestScope): void {
    const timeoutMs = seconds(this.#options.config().listen.body_timeout)
    endLateBody(request, timeoutMs, () => {
      this.#answerError(new HubgateError('body_timeout'), request, response, scope).catch(() =>
        cutOff(request),
      )
    })
    this.#endUnread(response)
  }

  /** For an answer that is our own. Harmless when it was called already. */
  #endUnread(response: ServerResponse): void {
    const { config, traffic } = this.#options
    if (response.listenerCount('timeout') > 0) return
    const timeoutMs = seconds(config().listen.unread_timeout)
    endUnreadAnswer(response, timeoutMs, () => traffic.rejected('unread_answer'))
  }

  /** Whether an upgrade is one of ours: a proxy that asks about one sends its headers along. */
  takesUpgrade({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
    return !url.startsWith(`${this.#options.baseUrl}hub/api/forward-auth`)
  }

  /** Answers an upgrade. Never rejects. */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const scope = requestScope(request)
    // It is destroyed then, which ends whatever is done with it.
    socket.on('error', ignore)
    try {
      const fault = this.#fault(request)
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
      linger(socket)
    }
  }

  /** To a server or service, whose answer gets its `X-Request-Id` with its own headers. */
  #pass(
    place: UserPlace | ServicePlace,
    request: IncomingMessage,
    response: ServerResponse,
    scope: RequestScope,
  ): Promise<SentOn | undefined> {
    const { notebook, services } = this.#options
    return place.kind === 'user'
      ? notebook.serve(request, response, place, scope)
      : services.serve(request, response, place, scope)
  }

  #sendOn({ location }: SentOn, response: ServerResponse, scope: RequestScope): void {
    // Nobody waits for a body that is not read.
    if (!response.req.complete) endBehind(response)
    response.setHeader('X-Request-Id', scope.id)
    this.#endUnread(response)
    redirect(response, 302, location)
  }

  async #handOver(
    place: Exclude<Place, { kind: 'hub-api' | 'invalid' | 'user' | 'service' }>,
    request: IncomingMessage,
    response: ServerResponse,
    scope: RequestScope,
  ): Promise<void> {
    switch (place.kind) {
      case 'hub-page':
        await this.#options.hub(request, response, scope)
        return
      case 'root':
      case 'elsewhere':
      case 'add-slash':
        redirect(response, ...ownRedirect(place, this.#options.baseUrl))
        return
      case 'outside':
        throw new HubgateError('not_found')
    }
  }

  async #answerError(
    error: unknown,
    request: IncomingMessage,
    response: ServerResponse,
    scope: RequestScope,
  ): Promise<void> {
    if (response.headersSent || response.destroyed) {
      cutOff(request)
      return
    }
    if (!request.complete) endBehind(response)
    this.#endUnread(response)
    response.setHeader('X-Request-Id', scope.id)
    await send(response, this.#render(error, request, scope)).catch(() => cutOff(request))
  }

  #render(error: unknown, request: IncomingMessage, scope: RequestScope): Response {
    const reason = rejectionOf(error)
    if (reason !== undefined) this.#options.traffic.rejected(reason)
    const { accept } = request.headers
    return this.#options.renderError(error, { accept, path: pathOf(request), id: scope.id })
  }
}

const ignore = (): void => undefined

/** The raw path. */
function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/'
}
