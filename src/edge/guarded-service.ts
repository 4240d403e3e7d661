import type { IncomingMessage } from 'node:http'
import type { ForwardAuthDeps, ServiceRequest } from '../auth/forward-auth/forward-auth.ts'
import { admit, forwardAuth } from '../auth/forward-auth/forward-auth.ts'
import { forwardAuthOf } from '../auth/forward-auth/may-use.ts'
import { signInPath } from '../auth/forward-auth/sign-in.ts'
import { HubgateError } from '../base/errors.ts'
import type { Activity } from '../hub/activity/activity.ts'
import type { HubContext } from '../hub/context.ts'
import type { Principal } from '../model/principal.ts'
import type { Standing } from '../proxy/connections.ts'
import type { Passage, ProxyContext } from '../proxy/passage.ts'
import { tokensIn } from '../proxy/query-token.ts'
import type { ServicePlace } from './classify.ts'
import { isNavigation, single } from './navigation.ts'
import type { SentOn } from './notebook.ts'
import type { RequestScope } from './request-scope.ts'
import { visitorKey } from './visitor.ts'

export interface GuardedServiceDeps extends ForwardAuthDeps {
  /** The hub without a grace for a store that is lost: for checking again what is open. */
  strict: HubContext
  activity: Activity
  proxy: ProxyContext
}

/** Lets visitors pass to services with `forward_auth`, which are told who they are. */
export class GuardedService {
  readonly #deps: GuardedServiceDeps

  constructor(deps: GuardedServiceDeps) {
    this.#deps = deps
  }

  /** Whether the gateway signs the visitors of the service in. */
  guards(name: string): boolean {
    return forwardAuthOf(this.#deps.hub.snapshot().config, name) !== undefined
  }

  /**
   * @returns how the visitor passes, or where a browser is sent to sign in
   * @throws HubgateError when the visitor may not pass
   */
  async admit(
    request: IncomingMessage,
    place: ServicePlace,
    scope: RequestScope,
  ): Promise<Passage | SentOn> {
    const passage = await this.#passage(factsOf(request, place, scope, false), scope)
    if (passage !== undefined) return passage
    if (!isNavigation(request)) throw new HubgateError('unauthenticated')
    const { config } = this.#deps.hub.snapshot()
    const next = place.path + place.query
    return { location: signInPath(config, { service: place.name, next }) }
  }

  /**
   * @returns how the visitor's WebSocket passes
   * @throws HubgateError as `admit` does; a browser is not sent on
   */
  async admitUpgrade(
    request: IncomingMessage,
    place: ServicePlace,
    scope: RequestScope,
  ): Promise<Passage> {
    const passage = await this.#passage(factsOf(request, place, scope, true), scope)
    if (passage === undefined) throw new HubgateError('unauthenticated')
    return passage
  }

  async #passage(facts: ServiceRequest, scope: RequestScope): Promise<Passage | undefined> {
    const { hub, proxy, strict } = this.#deps
    const answer = await forwardAuth(this.#deps, facts)
    if (answer.answer === 'refused') throw answer.error
    if (answer.answer === 'sign-in') return undefined
    const { principal, headers } = answer
    this.#touch(principal)
    const isPublic = hub.snapshot().config.public_url?.startsWith('https:') === true
    return {
      proxy,
      requestId: scope.id,
      credentialId: principal.credential.id,
      visitor: { key: visitorKey(principal), isOwner: true },
      clientAddress: scope.address,
      proto: scope.tls || isPublic ? 'https' : 'http',
      authorization: null,
      identity: headers,
      clientCookies: null,
      isUse: false,
      recheck: () => standing(strict, facts, principal.credential.id),
    }
  }

  #touch({ kind, id, credential }: Principal): void {
    const { activity } = this.#deps
    if (credential.type === 'token') activity.touchToken(credential.id)
    if (kind === 'user') activity.touchUser(id)
  }
}

function factsOf(
  { headers, method = 'GET' }: IncomingMessage,
  { name, query }: ServicePlace,
  { tls }: RequestScope,
  isUpgrade: boolean,
): ServiceRequest {
  return {
    service: name,
    authorization: headers.authorization,
    cookieHeader: headers.cookie,
    queryTokens: tokensIn(query),
    servedAt: undefined,
    atHub: true,
    method,
    isUpgrade,
    host: headers.host,
    tls,
    origin: headers.origin,
    secFetchSite: single(headers['sec-fetch-site']),
    secFetchMode: single(headers['sec-fetch-mode']),
    secFetchDest: single(headers['sec-fetch-dest']),
  }
}

/** Whether what was let through with a credential still would be, and with the same one. */
async function standing(
  hub: HubContext,
  facts: ServiceRequest,
  credentialId: string,
): Promise<Standing> {
  const answer = await admit(hub, facts)
  const isSame = answer.answer === 'pass' && answer.principal.credential.id === credentialId
  return isSame ? 'pass' : 'refused'
}
