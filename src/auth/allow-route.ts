import { HubgateError } from '../base/errors.ts'
import type { HubContext } from '../hub/context.ts'
import { principalOfToken } from '../hub/identity/identity.ts'
import { principalOfServerSession } from '../hub/identity/server-sessions.ts'
import { findUser } from '../hub/users/users.ts'
import { allows } from '../model/allows.ts'
import type { Principal } from '../model/principal.ts'
import type { NotebookAuth } from '../model/server.ts'
import { fullName } from '../model/server.ts'
import { escapePath } from '../model/server-url.ts'
import { visitorOfClient } from './client-cookie.ts'
import { cookieValues, serverCookieName } from './cookies.ts'
import { identifyToken } from './identify-token.ts'
import type { OriginFacts } from './origin.ts'
import { isServiceWorker, originFault } from './origin.ts'

export interface RouteRequest extends OriginFacts {
  /** The `Authorization` header. */
  authorization: string | undefined
  /** The decoded values of all `token` query parameters; one string or none will do as well. */
  queryToken: string | readonly string[] | undefined
  /** The `Cookie` header. */
  cookieHeader: string | undefined
  /** Whose server, and which (empty for the default one), from the path. */
  user: string
  server: string
  /** Who checks that server's visitors; the gateway when left out. */
  auth?: NotebookAuth | undefined
}

/** The one credential that a server which checks visitors itself is handed. */
export interface Carried {
  /** The `Authorization` header. */
  authorization: string | null
  /** The value of the server's own cookie. */
  cookie: string | null
}

export type RouteAnswer =
  | { answer: 'pass'; principal: Principal; carried: Carried }
  /** No credential that is good, and the server signs its visitors in itself. */
  | { answer: 'guest' }
  /** No credential: a browser may be sent to `{hub}user/…` to sign in; others get 403. */
  | { answer: 'sign-in' }
  | { answer: 'refused'; error: HubgateError }

/** More tokens than this in one query are not even looked at. */
const MAX_QUERY_TOKENS = 4

const NO_WORKERS =
  'Service workers cannot be used here: the server shares its origin with the hub and other servers.'

const refuse = (error: HubgateError): RouteAnswer => ({ answer: 'refused', error })

const twoTokens = (): HubgateError => new HubgateError('bad_request', 'Send one token, not two.')

/** How to get what opens the server, for somebody who came with a hub token. */
function hubTokenRefused(
  hub: HubContext,
  route: Pick<RouteRequest, 'user' | 'server'>,
  principal: Principal,
): HubgateError {
  const { base_url } = hub.snapshot().config
  const owner = principal.kind === 'user' ? principal.name : route.user
  const path = `${base_url}hub/api/users/${escapePath(owner)}/tokens`
  const scopes = [`access:servers!server=${fullName(route.user, route.server)}`]
  return new HubgateError('hub_token_refused', undefined, {
    body: {
      error: 'hub_token_refused',
      hint: `Make a notebook token: POST ${path} with ${JSON.stringify({ scopes })}, and send that one.`,
    },
  })
}

async function mayAccess(
  hub: HubContext,
  route: Pick<RouteRequest, 'user' | 'server'>,
  principal: Principal,
): Promise<boolean> {
  const owner = await findUser(hub, route.user)
  const resource = {
    user: route.user,
    groupsOfUser: owner?.groups ?? [],
    server: fullName(route.user, route.server),
  }
  return allows(principal.scopes, 'access:servers', resource) === 'yes'
}

function isHubToken(principal: Principal | undefined): principal is Principal {
  return principal?.credential.type === 'token' && principal.credential.kind === 'hub'
}

async function allowToken(
  hub: HubContext,
  route: RouteRequest,
  principal: Principal,
  authorization: string,
): Promise<RouteAnswer> {
  if (isHubToken(principal)) return refuse(hubTokenRefused(hub, route, principal))
  if (await mayAccess(hub, route, principal)) {
    return { answer: 'pass', principal, carried: { authorization, cookie: null } }
  }
  const server = fullName(route.user, route.server)
  return refuse(
    new HubgateError('insufficient_scope', `This token does not open the server ${server}.`),
  )
}

/** Whether somebody may pass whom a cookie stands for. */
async function allowVisitor(
  hub: HubContext,
  route: RouteRequest,
  principal: Principal,
  cookie: string | null,
): Promise<RouteAnswer> {
  const fault = originFault(hub.snapshot().config.public_url, route)
  if (fault !== undefined) return refuse(new HubgateError('forbidden', fault))
  if (!(await mayAccess(hub, route, principal))) return refuse(new HubgateError('no_access'))
  return { answer: 'pass', principal, carried: { authorization: null, cookie } }
}

async function allowCookie(hub: HubContext, route: RouteRequest): Promise<RouteAnswer> {
  const server = fullName(route.user, route.server)
  for (const secret of cookieValues(
    route.cookieHeader,
    serverCookieName(route.user, route.server),
  )) {
    const principal = await principalOfServerSession(hub, secret)
    const { credential } = principal ?? {}
    if (principal === undefined || credential?.type !== 'server-session') continue
    if (credential.server !== server) continue
    return allowVisitor(hub, route, principal, null)
  }
  return { answer: 'sign-in' }
}

async function allowClientCookie(hub: HubContext, route: RouteRequest): Promise<RouteAnswer> {
  const visitor = await visitorOfClient(hub, route.cookieHeader, route)
  if (visitor === undefined) return { answer: 'guest' }
  return allowVisitor(hub, route, visitor.principal, visitor.cookie)
}

function queryTokens(route: RouteRequest): string[] {
  const { queryToken } = route
  const given = typeof queryToken === 'string' ? [queryToken] : (queryToken ?? [])
  return given.filter((token) => token !== '')
}

async function allowQueryTokens(
  hub: HubContext,
  route: RouteRequest,
  tokens: readonly string[],
): Promise<RouteAnswer> {
  const principals = await Promise.all(tokens.map((token) => principalOfToken(hub, token)))
  const hubToken = principals.find(isHubToken)
  if (hubToken !== undefined) return refuse(hubTokenRefused(hub, route, hubToken))
  if (!route.isUpgrade) {
    return refuse(
      new HubgateError(
        'forbidden',
        'Tokens in the URL are not accepted. Send the notebook token in a header: "Authorization: token …".',
      ),
    )
  }
  const [principal] = principals
  if (principal === undefined) return refuse(new HubgateError('unauthenticated'))
  return allowToken(hub, route, principal, `token ${tokens[0]}`)
}

/**
 * Who may pass to a server: the one function that HTTP, HEAD, OPTIONS and WebSocket requests under
 * `/user/` all ask (threats.md P11). The credentials in order: `Authorization` (token or bearer),
 * `?token=` (on WebSocket upgrades only), the server's own cookie. An explicit credential that is
 * no good never falls back to the cookie, and two at once are refused. A hub token, wherever it
 * is, is refused (design.md §2).
 *
 * A server that checks visitors itself has its own cookie in the last place; without a credential it
 * is reached all the same, for it is the one who asks for it (design.md §3).
 *
 * Nobody gets the script of a service worker from a server that shares its origin with the hub.
 */
export async function allowRoute(hub: HubContext, route: RouteRequest): Promise<RouteAnswer> {
  if (isServiceWorker(route)) return refuse(new HubgateError('forbidden', NO_WORKERS))
  const tokens = queryTokens(route)
  const header = await identifyToken(hub, route.authorization)
  if (header.answer === 'principal' && isHubToken(header.principal)) {
    return refuse(hubTokenRefused(hub, route, header.principal))
  }
  if (tokens.length > MAX_QUERY_TOKENS) return refuse(twoTokens())
  if (tokens.length > 1 || (tokens.length === 1 && header.answer !== 'not-mine')) {
    const one = await allowQueryTokens(hub, route, tokens)
    if (one.answer === 'refused' && one.error.code === 'hub_token_refused') return one
    return refuse(twoTokens())
  }
  if (header.answer === 'refused') return header
  if (header.answer === 'principal') {
    return allowToken(hub, route, header.principal, route.authorization ?? '')
  }
  if (tokens.length === 1) return allowQueryTokens(hub, route, tokens)
  return route.auth === 'oauth' ? allowClientCookie(hub, route) : allowCookie(hub, route)
}
