import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { RouteAnswer, RouteRequest } from '../auth/allow-route.ts'
import { hubPath } from '../auth/cookies.ts'
import { RouteDecisions } from '../auth/route-decisions.ts'
import { HubgateError } from '../base/errors.ts'
import type { Activity } from '../hub/activity/activity.ts'
import type { HubContext } from '../hub/context.ts'
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
import type { Target } from './targets.ts'
import { Targets } from './targets.ts'
import type { Admitted } from './visitor.ts'
import { factsOf, GUEST, handedOver, standing, visitorOf } from './visitor.ts'

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

/** A request, and what decides about it. */
interface Asked {
  place: UserPlace
  target: Target
  scope: RequestScope
  facts: RouteRequest
}

/** Guards and forwards what is below `/user/<name>/` (design.md §3). */
export class Notebook {
  readonly #deps: NotebookDeps
  readonly #targets: Targets
  readonly #decisions: RouteDecisions

  constructor(deps: NotebookDeps) {
    this.#deps = deps
    this.#targets = new Targets(deps.hub, deps.routes)
    this.#decisions = new RouteDecisions(deps.hub)
  }

  /**
   * Answers an HTTP request by forwarding it. What is known at this moment is not waited for.
   * @returns where to send the visitor instead: a browser that must sign in or start the server
   * @throws HubgateError when the visitor may not pass, the server does not run or does not answer;
   *   at once or by rejecting
   */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    place: UserPlace,
    scope: RequestScope,
  ): Promise<SentOn | undefined> {
    const target = this.#targets.known(place)
    if (target === undefined) return this.#find(request, response, place, scope)
    const facts = factsOf(request, place, target, scope, false)
    const answer = this.#decisions.known(facts)
    if (answer === undefined)
      return this.#decide(request, response, { place, target, scope, facts })
    return this.#pass(request, response, { place, target, scope, facts, answer })
  }

  async #find(
    request: IncomingMessage,
    response: ServerResponse,
    place: UserPlace,
    scope: RequestScope,
  ): Promise<SentOn | undefined> {
    const target = await this.#targets.find(place)
    const facts = factsOf(request, place, target, scope, false)
    return this.#decide(request, response, { place, target, scope, facts })
  }

  async #decide(
    request: IncomingMessage,
    response: ServerResponse,
    asked: Asked,
  ): Promise<SentOn | undefined> {
    const answer = this.#decisions.known(asked.facts) ?? (await this.#decisions.decide(asked.facts))
    return this.#pass(request, response, { ...asked, answer })
  }

  #pass(
    request: IncomingMessage,
    response: ServerResponse,
    { place, target, scope, facts, answer }: Asked & { answer: RouteAnswer },
  ): Promise<SentOn | undefined> {
    if (answer.answer === 'refused') throw answer.error
    if (answer.answer === 'sign-in') {
      if (isNavigation(request)) return Promise.resolve(this.#toHub(place))
      throw new HubgateError('unauthenticated')
    }
    refuseAmbiguous(target)
    if (target.route === undefined) {
      if (isNavigation(request)) return Promise.resolve(this.#toHub(place))
      throw this.#notRunning(place, target.server, request, scope)
    }
    const landing = this.#landing(request, place, target.route)
    if (landing !== undefined) return Promise.resolve(landing)
    const passage = this.#passage(answer, target.route, scope, facts)
    return forward(request, response, target.route, passage)
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
    const target = this.#targets.known(place) ?? (await this.#targets.find(place))
    const facts = factsOf(request, place, target, scope, true)
    const answer = this.#decisions.known(facts) ?? (await this.#decisions.decide(facts))
    if (answer.answer === 'refused') throw answer.error
    if (answer.answer === 'sign-in') throw new HubgateError('unauthenticated')
    refuseAmbiguous(target)
    if (target.route === undefined || this.#isGone(target.route)) {
      throw this.#notRunning(place, target.server, request, scope)
    }
    const passage = this.#passage(answer, target.route, scope, facts)
    await upgrade(request, socket, head, target.route, passage)
  }

  /**
   * Whether a server ended while it was found out who may pass: another one may listen at its address
   * by now (threats.md P5). The pools see to that for requests; a WebSocket is in none.
   */
  #isGone(route: Route): boolean {
    return this.#deps.routes.get(route.user, route.server) !== route
  }

  #passage(answer: Admitted, route: Route, scope: RequestScope, facts: RouteRequest): Passage {
    const { hub, proxy, strict } = this.#deps
    if (answer.answer === 'pass') this.#touch(answer.principal)
    const credentialId = answer.answer === 'pass' ? answer.principal.credential.id : GUEST
    const isPublic = hub.snapshot().config.public_url?.startsWith('https:') === true
    return {
      proxy,
      requestId: scope.id,
      credentialId,
      visitor: visitorOf(answer, route, scope.address),
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

/**
 * Behind the decision, so that nobody else learns which servers there are.
 * @throws HubgateError when another server of the user's could be meant
 */
function refuseAmbiguous({ isAmbiguous }: Target): void {
  if (isAmbiguous) throw new HubgateError('invalid_target', 'The path is ambiguous.')
}
