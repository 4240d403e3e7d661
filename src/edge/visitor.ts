import type { IncomingMessage } from 'node:http'
import type { Carried, RouteAnswer, RouteRequest } from '../auth/allow-route.ts'
import { allowRoute } from '../auth/allow-route.ts'
import { addressKey } from '../base/address-key.ts'
import type { HubContext } from '../hub/context.ts'
import { serverClientId } from '../model/oauth-client.ts'
import type { Principal } from '../model/principal.ts'
import type { Standing } from '../proxy/connections.ts'
import type { Visitor } from '../proxy/load-limits.ts'
import type { Passage } from '../proxy/passage.ts'
import { tokensIn } from '../proxy/query-token.ts'
import type { Route } from '../proxy/route.ts'
import type { UserPlace } from './classify.ts'
import { single } from './navigation.ts'
import type { RequestScope } from './request-scope.ts'

/** Who may pass, or is left to the server. */
export type Admitted = Extract<RouteAnswer, { answer: 'pass' | 'guest' }>

/** Stands for the credential of those whom the server itself checks, and who have none. */
export const GUEST = 'guest'

const NOTHING: Carried = { authorization: null, cookie: null }

/** What the server is given to know the visitor or the gateway by. */
export function handedOver(
  answer: Admitted,
  { auth, secret, user, server }: Route,
): Pick<Passage, 'authorization' | 'clientCookies'> {
  if (auth === 'gateway') return { authorization: `token ${secret}`, clientCookies: null }
  const { authorization, cookie } = answer.answer === 'pass' ? answer.carried : NOTHING
  const clientId = serverClientId(user, server)
  return { authorization, clientCookies: { clientId, accepted: cookie } }
}

/** What tells a user or service from all others. */
export function visitorKey({ kind, id }: Principal): string {
  return `${kind} ${id}`
}

/**
 * Whom an exchange is counted for. Somebody unknown is counted by address and server: many may share
 * an address, and what they do to one server is none of the others' business.
 * @param route a server, or a service, which has no owner
 */
export function visitorOf(
  answer: Admitted | { readonly answer: 'pass'; readonly principal?: Principal | undefined },
  { fullName, service, userId }: Route,
  address: string,
): Visitor {
  const principal = answer.answer === 'pass' ? answer.principal : undefined
  const isOwner = service !== undefined || (principal?.kind === 'user' && principal.id === userId)
  const key = principal === undefined ? `${addressKey(address)} ${fullName}` : visitorKey(principal)
  return { key, isOwner }
}

/** What of a request decides whether it may pass; nothing that holds on to the request. */
export function factsOf(
  { headers, method = 'GET' }: IncomingMessage,
  place: UserPlace,
  target: { server: string; route: Pick<Route, 'auth'> | undefined },
  scope: RequestScope,
  isUpgrade: boolean,
): RouteRequest {
  return {
    user: place.user,
    server: target.server,
    auth: target.route?.auth,
    authorization: headers.authorization,
    queryToken: tokensIn(place.query),
    cookieHeader: headers.cookie,
    method,
    isUpgrade,
    host: headers.host,
    tls: scope.tls,
    origin: headers.origin,
    secFetchSite: single(headers['sec-fetch-site']),
    secFetchMode: single(headers['sec-fetch-mode']),
    secFetchDest: destination(headers),
  }
}

/** What a request is for; `Service-Worker` says it where browsers are too old for `Sec-Fetch-Dest`. */
function destination(headers: IncomingMessage['headers']): string | undefined {
  const said = single(headers['sec-fetch-dest'])
  return said ?? (headers['service-worker'] === undefined ? undefined : 'serviceworker')
}

/** Whether what was let through with a credential still would be, and with the same one. */
export async function standing(
  hub: HubContext,
  facts: RouteRequest,
  credentialId: string,
): Promise<Standing> {
  const answer = await allowRoute(hub, facts)
  if (answer.answer === 'guest') return credentialId === GUEST ? 'pass' : 'refused'
  const isSame = answer.answer === 'pass' && answer.principal.credential.id === credentialId
  return isSame ? 'pass' : 'refused'
}
