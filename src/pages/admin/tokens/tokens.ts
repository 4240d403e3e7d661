import { requireScope } from '../../../auth/require-scope.ts'
import { HubgateError } from '../../../base/errors.ts'
import type { TokenFilter } from '../../../views/admin/tokens/tokens-filter.ts'
import { tokensHref } from '../../../views/admin/tokens/tokens-href.ts'
import { tokensPage } from '../../../views/admin/tokens/tokens-page.ts'
import { callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { page, redirect } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberForm, memberPage } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { userPath } from '../api-paths.ts'
import { filterIn, findTokens } from './tokens-search.ts'

/** Tokens on a page. */
const PAGE = 30

/** What sees and ends everybody's. */
const SCOPES = ['read:tokens', 'tokens'] as const

interface TokensAnswer {
  filter: TokenFilter
  /** The cursor of the page before; empty for the first page. */
  after: string
  /** What could not be done, and its status. */
  fault?: { status: number; error: string }
}

/** The page of the tokens; with what could not be done, where something could not. */
export async function answerTokens(
  visit: Visit,
  member: SignedIn,
  { filter, after, fault }: TokensAnswer,
): Promise<Response> {
  const { c, deps, hubPath } = visit
  const { principal, viewer } = member
  const found = await findTokens(visit, member, filter, { after, limit: PAGE })
  const { tokens, next } = found.ok ? found.body : { tokens: [], next: null }
  const refused = found.ok ? undefined : { status: found.status, error: found.message }
  const told = fault ?? refused
  const lacks = SCOPES.filter((scope) => principal.scopes.get(scope) !== true)
  const now = deps.hub.clock.now()
  const done = c.req.query('done')
  const props = { hubPath, viewer, filter, after, tokens, next, now, lacks, done }
  return page(tokensPage({ ...props, error: told?.error }), { status: told?.status ?? 200 })
}

/** The tokens of all whom the visitor reaches, narrowed by the address. */
export const showTokens = memberPage((visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const filter = filterIn(new URL(visit.c.req.url).searchParams)
  return answerTokens(visit, member, { filter, after: visit.c.req.query('after') ?? '' })
})

/** Revokes one user's token, and leads back to where it was. */
export const revokeToken = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const [, user = '', id = ''] = /^([^/]+)\/([\w-]+)$/.exec(field(form, 'token') ?? '') ?? []
  if (user === '') throw new HubgateError('bad_request', 'Say which token to revoke.')
  const filter = filterIn(form)
  const after = field(form, 'after') ?? ''
  const path = `${userPath(user)}/tokens/${id}`
  const answer = await callApi(visit, member, 'DELETE', path)
  if (!answer.ok) {
    const fault = { status: answer.status, error: answer.message }
    return answerTokens(visit, member, { filter, after, fault })
  }
  const href = new URL(tokensHref(visit.hubPath, filter, after), visit.origin)
  href.searchParams.set('done', 'token-revoked')
  return redirect(href.pathname + href.search, { status: 303 })
})
