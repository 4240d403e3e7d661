import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { RouteRequest } from '../auth/allow-route.ts'
import { allowRoute } from '../auth/allow-route.ts'
import { hubPath } from '../auth/cookies.ts'
import { HubgateError } from '../base/errors.ts'
import type { Activity } from '../hub/activity/activity.ts'
import type { HubContext } from '../hub/context.ts'
import { findServer } from '../hub/servers/servers.ts'
import type { Principal } from '../model/principal.ts'
import { notRunningMessage } from '../model/server-url.ts'
import { forward } from '../proxy/forward.ts'
import type { Passage, ProxyContext } from '../proxy/passage.ts'
import { withoutTokens } from '../proxy/query-token.ts'
import type { Route } from '../proxy/route.ts'
import type { RouteTable } from '../proxy/route-table.ts'
import { upgrade } from '../proxy/upgrade.ts'
import type { UserPlace } from './classify.ts'
import { isNavigation } from './navigation.ts'
import type { RequestScope } from './request-scope.ts'
import type { Admitted } from './visitor.ts'
import { factsOf, GUEST, handedOver, standing } from './visitor.ts'

export interface NotebookDeps {
  hub: HubContext
  /** The same without a grace for a store that is lost: for checking again what is open. */
  strict: HubContext
  activity: Activity
  routes: RouteTable
  proxy: ProxyContext
}

/** Where the visitor of a page is sent on to instead of an answer. */
export interface SentOn {
  location: string
}

interface Target {
  server: string
  /** Undefined while the server is not ready. */
  route: Route | undefined
}

/** Guards and forwards what is below `/user/<name>/` (design.md §3). */
export class Notebook {
  readonly #deps: NotebookDeps

  constructor(deps: NotebookDeps) {
    this.#deps = deps
  }

  /**
   * Answers an HTTP request by forwarding it.
   * @returns where to send the visitor instead: a browser that must sign in or start the server
   * @throws HubgateError when the visitor may not pass, the server does not run or does not answer
   */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    place: UserPlace,
    scope: RequestScope,
  ): Promise<SentOn | undefined> {
    const target = await this.#target(place)
    const facts = factsOf(request, place, target, scope, false)
    const answer = await allowRoute(this.#deps.hub, facts)
    if (answer.answer === 'refused') throw answer.error
    if (answer.answer === 'sign-in') {
      if (isNavigation(request)) return this.#toHub(place)
      throw new HubgateError('unauthenticated')
    }
    if (target.route === undefined) {
      if (isNavigation(request)) return this.#toHub(place)
      throw this.#notRunning(place, target.server, request, scope)
    }
    const landing = this.#landing(request, place, target.route)
    if (landing !== undefined) return landing
    const passage = this.#passage(answer, target.route, scope, facts)
    await forward(request, response, target.route, passage)
    return undefined
  }

  /**
   * Answers a WebSocket upgrade by forwarding it.
   * @throws HubgateError as `serve` does; a browser is not sent on
   */
  async upgrade(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    place: UserPlace,
    scope: RequestScope,
  ): Promise<void> {
    const target = await this.#target(place)
    const facts = factsOf(request, place, target, scope, true)
    const answer = await allowRoute(this.#deps.hub, facts)
    if (answer.answer === 'refused') throw answer.error
    if (answer.answer === 'sign-in') throw new HubgateError('unauthenticated')
    if (target.route === undefined) {
      throw this.#notRunning(place, target.server, request, scope)
    }
    const passage = this.#passage(answer, target.route, scope, facts)
    await upgrade(request, socket, head, target.route, passage)
  }

  /** A route that was just made may not be in the table yet: a miss waits for what is under way. */
  async #target(place: UserPlace): Promise<Target> {
    const target = await this.#look(place)
    if (target.route !== undefined) return target
    await this.#deps.routes.settled()
    return this.#look(place)
  }

  /** The named server if the next segment names one that exists, else the default one. */
  async #look({ user, second }: UserPlace): Promise<Target> {
    const { hub, routes } = this.#deps
    const named = second !== null && hub.snapshot().config.allow_named_servers
    const found = routes.find(user, named ? second : null)
    if (found !== undefined && found.server !== '') return found
    const isStopped = named && (await findServer(hub, user, second)) !== undefined
    if (isStopped) return { server: second, route: routes.get(user, second) }
    return { server: '', route: found?.route }
  }

  #passage(answer: Admitted, route: Route, scope: RequestScope, facts: RouteRequest): Passage {
    const { hub, proxy, strict } = this.#deps
    if (answer.answer === 'pass') this.#touch(answer.principal)
    const credentialId = answer.answer === 'pass' ? answer.principal.credential.id : GUEST
    const isPublic = hub.snapshot().config.public_url?.startsWith('https:') === true
    return {
      proxy,
      credentialId,
      clientAddress: scope.address,
      proto: scope.tls || isPublic ? 'https' : 'http',
      ...handedOver(answer, route),
      isUse: answer.answer === 'pass',
      recheck: () => standing(strict, facts, credentialId),
    }
  }

  #touch({ credential }: Principal): void {
    const { activity } = this.#deps
    if (credential.type === 'token') activity.touchToken(credential.id)
    if (credential.type === 'server-session') activity.touchSession(credential.sessionId)
  }

  /** Where a browser that opens a server is sent: behind its slash, or where the config says. */
  #landing(request: IncomingMessage, place: UserPlace, route: Route): SentOn | undefined {
    const { default_url } = this.#deps.hub.snapshot().config.spawner
    const isBare = route.server !== '' && place.secondEnds && place.second === route.server
    if (isBare && request.method === 'GET') {
      return { location: `${place.path}/${withoutTokens(place.query)}` }
    }
    // A server that checks visitors itself was told where it leads.
    if (route.auth === 'oauth') return
    if (default_url === '' || place.path !== route.prefix || !isNavigation(request)) return
    return { location: `${route.prefix}${default_url.slice(1)}${withoutTokens(place.query)}` }
  }

  /** The hub's page for a server: it signs the visitor in, or says how to start the server. */
  #toHub(place: UserPlace): SentOn {
    const { config } = this.#deps.hub.snapshot()
    const rest = place.path.slice(config.base_url.length)
    return { location: `${hubPath(config)}${rest}${withoutTokens(place.query)}` }
  }

  /** JupyterHub's answer for clients (wire-contract §8.3): `message` and nothing else. */
  #notRunning(
    place: UserPlace,
    server: string,
    request: IncomingMessage,
    scope: RequestScope,
  ): HubgateError {
    const { config } = this.#deps.hub.snapshot()
    const origin =
      config.public_url === undefined
        ? `${scope.tls ? 'https' : 'http'}://${request.headers.host ?? ''}`
        : new URL(config.public_url).origin
    const message = notRunningMessage(place.path, origin + hubPath(config), place.user, server)
    return new HubgateError('server_not_running', message)
  }
}
