import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { OpenServiceRequest } from '../auth/allow-service.ts'
import { allowService } from '../auth/allow-service.ts'
import { HubgateError } from '../base/errors.ts'
import type { HubContext } from '../hub/context.ts'
import type { Standing } from '../proxy/connections.ts'
import { forward } from '../proxy/forward.ts'
import type { Passage, ProxyContext } from '../proxy/passage.ts'
import { tokensIn } from '../proxy/query-token.ts'
import type { Route } from '../proxy/route.ts'
import type { ServiceTable } from '../proxy/service-table.ts'
import { upgrade } from '../proxy/upgrade.ts'
import type { ServicePlace } from './classify.ts'
import type { GuardedService } from './guarded-service.ts'
import type { SentOn } from './notebook.ts'
import type { RequestScope } from './request-scope.ts'
import { visitorOf } from './visitor.ts'

export interface ServiceGateDeps {
  hub: HubContext
  /** The same without a grace for a store that is lost: for checking again what is open. */
  strict: HubContext
  services: ServiceTable
  proxy: ProxyContext
  /** For services that leave it to the gateway who may visit them. */
  guard: GuardedService
}

/** Stands for the credential of those whom only the service knows. */
const GUEST = 'guest'

const noService = (): HubgateError =>
  new HubgateError('not_found', 'There is no service at this address.')

/** Forwards what is below `/services/<name>/` (wire-contract §7). */
export class ServiceGate {
  readonly #deps: ServiceGateDeps

  constructor(deps: ServiceGateDeps) {
    this.#deps = deps
  }

  /**
   * Answers an HTTP request by forwarding it.
   * @returns where to send a browser instead that must sign in
   * @throws HubgateError when there is no such service, it does not answer, or the visitor came with
   *   what is not for services
   */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    place: ServicePlace,
    scope: RequestScope,
  ): Promise<SentOn | undefined> {
    const route = await this.#route(place)
    const { guard } = this.#deps
    const passage = guard.guards(place.name)
      ? await guard.admit(request, place, scope)
      : await this.#admit(request, place, route, scope)
    if ('location' in passage) return passage
    await forward(request, response, route, passage)
    return undefined
  }

  /**
   * Answers a WebSocket upgrade by forwarding it.
   * @throws HubgateError as `serve` does
   */
  async upgrade(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    place: ServicePlace,
    scope: RequestScope,
  ): Promise<void> {
    const route = await this.#route(place)
    const { guard } = this.#deps
    const passage = guard.guards(place.name)
      ? await guard.admitUpgrade(request, place, scope)
      : await this.#admit(request, place, route, scope)
    // The service may have gone meanwhile: no pool that is closed says so of a WebSocket.
    if (this.#deps.services.get(place.name) !== route) throw noService()
    await upgrade(request, socket, head, route, passage)
  }

  /** A service that was just made may not be in the table yet: a miss waits for what is under way. */
  async #route({ name }: ServicePlace): Promise<Route> {
    const { services } = this.#deps
    const known = services.get(name)
    if (known !== undefined) return known
    await services.settled()
    const found = services.get(name)
    if (found === undefined) throw noService()
    return found
  }

  async #admit(
    { headers }: IncomingMessage,
    { name, query }: ServicePlace,
    route: Route,
    scope: RequestScope,
  ): Promise<Passage> {
    const { guard, hub, proxy, strict } = this.#deps
    const clientId = route.service?.clientId ?? null
    const facts: OpenServiceRequest = {
      authorization: headers.authorization,
      queryTokens: tokensIn(query),
      cookieHeader: headers.cookie,
      clientId,
    }
    const answer = await allowService(hub, facts)
    if (answer.answer === 'refused') throw answer.error
    const credentialId = answer.principal?.credential.id ?? GUEST
    const isPublic = hub.snapshot().config.public_url?.startsWith('https:') === true
    return {
      proxy,
      requestId: scope.id,
      credentialId,
      visitor: visitorOf(answer, route, scope.address),
      clientAddress: scope.address,
      proto: scope.tls || isPublic ? 'https' : 'http',
      authorization: headers.authorization ?? null,
      clientCookies: { clientId: clientId ?? '', accepted: answer.cookie },
      isUse: false,
      // The configuration may have put it under the gateway's guard since.
      recheck: async () => (guard.guards(name) ? 'refused' : standing(strict, facts, credentialId)),
    }
  }
}

/** Whether the token that came along is still good; what came without one is the service's business. */
async function standing(
  hub: HubContext,
  facts: OpenServiceRequest,
  credentialId: string,
): Promise<Standing> {
  if (credentialId === GUEST) return 'pass'
  const answer = await allowService(hub, facts)
  const isSame = answer.answer === 'pass' && answer.principal?.credential.id === credentialId
  return isSame ? 'pass' : 'refused'
}
