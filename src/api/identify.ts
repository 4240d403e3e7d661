import { identifySession } from '../auth/identify-session.ts'
import { identifyToken } from '../auth/identify-token.ts'
import type { HubContext } from '../hub/context.ts'
import type { Principal } from '../model/principal.ts'
import type { ApiRequest } from './api-request.ts'
import { checkCookieRequest } from './cookie-rules.ts'
import type { ApiDeps } from './deps.ts'

/** Notes that a credential and its owner were active (wire-contract §2.4). */
export function touch(deps: Pick<ApiDeps, 'activity'>, principal: Principal): void {
  const { credential } = principal
  if (credential.type === 'token') deps.activity.touchToken(credential.id)
  if (credential.type === 'session') deps.activity.touchSession(credential.id)
  const isServers = credential.type === 'token' && credential.ofServer === true
  if (principal.kind === 'user' && !isServers) deps.activity.touchUser(principal.id)
}

/**
 * Whose request it is: a token in `Authorization`, else the login cookie with the rules for cookies.
 * A token that is no good never falls back to the cookie; `?token=` is not looked at.
 * @returns undefined for a request without a credential of ours, and for a bad token
 * @throws HubgateError `forbidden`, `xsrf`, `unauthenticated` for a cookie that must not count
 */
export async function identify(
  hub: HubContext,
  request: ApiRequest,
): Promise<Principal | undefined> {
  const token = await identifyToken(hub, request.headers.get('authorization') ?? undefined)
  if (token.answer === 'refused') return undefined
  if (token.answer === 'principal') return token.principal
  const session = await identifySession(hub, request.headers.get('cookie') ?? undefined)
  if (session.answer !== 'principal') return undefined
  checkCookieRequest(request, session.session, hub.snapshot().config.public_url)
  return session.principal
}
