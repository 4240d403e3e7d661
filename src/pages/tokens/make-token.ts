import { HubgateError } from '../../base/errors.ts'
import { escapePath, serverPrefix } from '../../model/server-url.ts'
import type { TokenKind } from '../../model/token.ts'
import { newTokenPage } from '../../views/tokens/new-token-page.ts'
import type { TokenWish } from '../../views/tokens/token-form.ts'
import { callApi } from '../api-client.ts'
import { page } from '../respond.ts'
import type { SignedIn } from '../signed-in.ts'
import { memberForm } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { tokensPage } from './token-page.ts'
import type { TokenBody } from './wish.ts'
import { bodyOfWish, wishOfForm } from './wish.ts'

/** What the API answers (wire-contract §1.8). */
interface Made {
  token: string
  token_kind: TokenKind
  note: string
  expires_at: string | null
}

/** Where a notebook token is tried: the server it is for, the default one when it is for all. */
function serverAddress({ config, origin }: Visit, me: string, { server }: TokenWish): string {
  const slash = server.indexOf('/')
  const [user, name] = slash === -1 ? [me, ''] : [server.slice(0, slash), server.slice(slash + 1)]
  return `${origin}${serverPrefix(config.base_url, user, name)}`
}

/** What was asked for, as the API takes it; or why it cannot be asked. */
function bodyOrFault(visit: Visit, member: SignedIn, wish: TokenWish): TokenBody | HubgateError {
  try {
    return bodyOfWish(wish, member.principal, visit.deps.hub.clock.now())
  } catch (error) {
    if (error instanceof HubgateError && error.code === 'bad_request') return error
    throw error
  }
}

function showMade(
  visit: Visit,
  { principal, viewer }: SignedIn,
  wish: TokenWish,
  { token, token_kind: kind, note, expires_at: expires }: Made,
  scopes: readonly string[],
): Response {
  const { deps, hubPath, origin } = visit
  const address =
    kind === 'hub' ? `${origin}${hubPath}api/` : serverAddress(visit, principal.name, wish)
  const now = deps.hub.clock.now()
  const shown = { token, kind, note, expires, address, scopes, now }
  return page(newTokenPage({ hubPath, viewer, ...shown }))
}

/**
 * Makes a token and shows it, this once: no redirect can carry it, as it must be in no address. What
 * is refused comes back with the form.
 */
export const makeToken = memberForm(async (visit, member, form) => {
  const wish = wishOfForm(form)
  const body = bodyOrFault(visit, member, wish)
  if (body instanceof HubgateError) {
    return tokensPage(visit, member, { status: 400, wish, formError: body.message })
  }
  const path = `/users/${escapePath(member.principal.name)}/tokens`
  const answer = await callApi<Made>(visit, member, 'POST', path, { json: body })
  if (answer.ok) return showMade(visit, member, wish, answer.body, body.scopes)
  const { status, message } = answer
  return tokensPage(visit, member, { status, wish, formError: message })
})
