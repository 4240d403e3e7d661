import { HubgateError } from '../base/errors.ts'
import type { HubContext } from '../hub/context.ts'
import { principalOfToken } from '../hub/identity/identity.ts'
import type { Principal } from '../model/principal.ts'
import { tokenInCookie } from './client-cookie.ts'
import { cookieValues } from './cookies.ts'
import { identifyToken } from './identify-token.ts'

/** What of a request to a service is looked at. */
export interface OpenServiceRequest {
  /** The `Authorization` header. */
  authorization: string | undefined
  /** The decoded values of all `token` query parameters. */
  queryTokens: readonly string[]
  /** The `Cookie` header. */
  cookieHeader: string | undefined
  /** The service's OAuth client id, which is the name of its cookie. */
  clientId: string | null
}

export type OpenServiceAnswer =
  | {
      answer: 'pass'
      /** Whose token came along; undefined for somebody whom the gateway does not know. */
      principal: Principal | undefined
      /** The value of the service's own cookie, if it may have it. */
      cookie: string | null
    }
  | { answer: 'refused'; error: HubgateError }

/** More tokens than this in one query are not even looked at. */
const MAX_QUERY_TOKENS = 4

const refuse = (error: HubgateError): OpenServiceAnswer => ({ answer: 'refused', error })

const notebookToken = (): HubgateError =>
  new HubgateError(
    'notebook_token_refused',
    'This is a notebook token, and notebook tokens open servers only. Send services a hub token.',
    { body: { error: 'notebook_token_refused' } },
  )

function isNotebookToken({ credential }: Principal): boolean {
  return credential.type === 'token' && credential.kind === 'notebook'
}

/**
 * The service's own cookie: the first one that holds a token of ours that is good now, or that is
 * something else and so the service's business. The service remembers for minutes what it once asked
 * the hub about a token; here every request asks.
 */
async function ownCookie(
  hub: HubContext,
  { cookieHeader, clientId }: OpenServiceRequest,
): Promise<{ principal: Principal | undefined; cookie: string | null }> {
  const cookies = clientId === null ? [] : cookieValues(cookieHeader, clientId)
  for (const cookie of cookies) {
    const token = tokenInCookie(clientId ?? '', cookie)
    const principal = await principalOfToken(hub, token ?? cookie)
    if (principal === undefined && token === undefined) return { principal, cookie }
    if (principal !== undefined && !isNotebookToken(principal)) return { principal, cookie }
  }
  return { principal: undefined, cookie: null }
}

/**
 * Who may pass to a service that checks its visitors itself, with the hub's help: the one function
 * that HTTP and WebSocket requests to it ask (threats.md P11). Everybody passes as they came; but a
 * notebook token authorizes servers and nothing else (design.md §2), and the cookie of a sign-in that
 * is over stays here. A token that is not the hub's may be the service's own.
 * @throws HubgateError `unavailable` when it cannot be found out what a token is
 */
export async function allowService(
  hub: HubContext,
  request: OpenServiceRequest,
): Promise<OpenServiceAnswer> {
  const { authorization, queryTokens } = request
  if (queryTokens.length > MAX_QUERY_TOKENS) {
    return refuse(new HubgateError('bad_request', 'Send one token, not many.'))
  }
  const header = await identifyToken(hub, authorization)
  const fromQuery = await Promise.all(queryTokens.map((token) => principalOfToken(hub, token)))
  const explicit = [header.answer === 'principal' ? header.principal : undefined, ...fromQuery]
  const given = explicit.filter((principal) => principal !== undefined)
  if (given.some(isNotebookToken)) return refuse(notebookToken())
  const { principal, cookie } = await ownCookie(hub, request)
  return { answer: 'pass', principal: given[0] ?? principal, cookie }
}
