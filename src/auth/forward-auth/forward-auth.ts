import { HubgateError } from '../../base/errors.ts'
import type { ForwardAuthConfig } from '../../config/schema.ts'
import type { HubContext } from '../../hub/context.ts'
import { principalOfToken } from '../../hub/identity/identity.ts'
import { principalOfServiceSession } from '../../hub/identity/service-sessions.ts'
import type { Principal } from '../../model/principal.ts'
import { cookieValues, serviceCookieName } from '../cookies.ts'
import { identifyToken } from '../identify-token.ts'
import type { OriginFacts } from '../origin.ts'
import { originFault } from '../origin.ts'
import { identityHeaders } from './identity-headers.ts'
import { forwardAuthOf, mayUse } from './may-use.ts'

export interface ForwardAuthDeps {
  hub: HubContext
  /** Where this replica listens, `http://127.0.0.1:8000`: its name while there is no public URL. */
  gatewayUrl: () => string
}

/** A request for a service with `forward_auth`. */
export interface ServiceRequest extends OriginFacts {
  /** The service's name. There may be none of that name. */
  service: string
  /** The `Authorization` header. */
  authorization: string | undefined
  /** The `Cookie` header. */
  cookieHeader: string | undefined
  /** The decoded values of all `token` query parameters. */
  queryTokens: readonly string[]
  /** The origin at which browsers find the service; the gateway's own when undefined. */
  servedAt: string | undefined
  /** Whether it came by way of the gateway's own host, where other people's pages are. */
  atHub: boolean
}

/** Whether a visitor may pass, and who it is. */
export type Admission =
  | { answer: 'pass'; principal: Principal; config: ForwardAuthConfig }
  /** No credential: a browser may be sent to sign in (sign-in.ts). */
  | { answer: 'sign-in' }
  | { answer: 'refused'; error: HubgateError }

/** The same with what is told to the service. */
export type ForwardAuthAnswer =
  | Exclude<Admission, { answer: 'pass' }>
  /** @property headers what tells the service who it is, names and values in turn */
  | { answer: 'pass'; principal: Principal; headers: readonly string[] }

/** More tokens than this in one query are not even looked at. */
const MAX_QUERY_TOKENS = 4

const refuse = (error: HubgateError): Admission => ({ answer: 'refused', error })

/** Whether a token of ours is in the URL: it would go to the service, into logs and histories. */
async function hasQueryToken(hub: HubContext, tokens: readonly string[]): Promise<boolean> {
  if (tokens.length > MAX_QUERY_TOKENS) return true
  const principals = await Promise.all(tokens.map((token) => principalOfToken(hub, token)))
  return principals.some((principal) => principal !== undefined)
}

/** The refusal is the same whether or not there is such a service. */
function letPass(hub: HubContext, principal: Principal, service: string): Admission {
  const config = forwardAuthOf(hub.snapshot().config, service)
  if (config !== undefined && mayUse(principal, service, config)) {
    return { answer: 'pass', principal, config }
  }
  return refuse(
    new HubgateError('forbidden', 'You may not use this service, or there is none here.'),
  )
}

async function byCookie(hub: HubContext, request: ServiceRequest): Promise<Admission> {
  const { service, servedAt, atHub } = request
  for (const secret of cookieValues(request.cookieHeader, serviceCookieName(service))) {
    const principal = await principalOfServiceSession(hub, secret)
    const { credential } = principal ?? {}
    if (principal === undefined || credential?.type !== 'service-session') continue
    if (credential.service !== service || (credential.wide && atHub)) continue
    const fault = originFault(servedAt ?? hub.snapshot().config.public_url, request)
    if (fault !== undefined) return refuse(new HubgateError('forbidden', fault))
    return letPass(hub, principal, service)
  }
  return { answer: 'sign-in' }
}

/**
 * Whether a visitor may use a service that leaves this to the gateway (`forward_auth`). The credentials
 * in order: a hub token in `Authorization`, the service's own cookie. A token that is no good never
 * falls back to the cookie; a notebook token, and any token of ours in the URL, is refused.
 * @throws HubgateError `unavailable`
 */
export async function admit(hub: HubContext, request: ServiceRequest): Promise<Admission> {
  const identity = await identifyToken(hub, request.authorization)
  if (await hasQueryToken(hub, request.queryTokens)) {
    const text =
      'Tokens in the URL are not accepted. Send the token in a header: "Authorization: token …".'
    return refuse(new HubgateError('forbidden', text))
  }
  if (identity.answer === 'refused') return identity
  if (identity.answer === 'not-mine') return byCookie(hub, request)
  const { principal } = identity
  if (principal.credential.type === 'token' && principal.credential.kind === 'notebook') {
    const text = 'This is a notebook token, and notebook tokens do not open services.'
    return refuse(new HubgateError('notebook_token_refused', text))
  }
  return letPass(hub, principal, request.service)
}

/**
 * The same as {@link admit}, and what the service is told: the one function that the gateway's own
 * `services/…` and the endpoint for other proxies ask. Neither token nor cookie is for the service:
 * whoever forwards removes them.
 * @throws HubgateError `unavailable`, `headers_too_large`
 */
export async function forwardAuth(
  { hub, gatewayUrl }: ForwardAuthDeps,
  request: ServiceRequest,
): Promise<ForwardAuthAnswer> {
  const admission = await admit(hub, request)
  if (admission.answer !== 'pass') return admission
  const { principal, config } = admission
  const { public_url, base_url } = hub.snapshot().config
  const issuer = new URL(public_url ?? gatewayUrl()).origin + base_url
  const headers = await identityHeaders(hub, issuer, principal, request.service, config)
  return { answer: 'pass', principal, headers }
}
