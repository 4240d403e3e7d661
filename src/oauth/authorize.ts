import { HubgateError } from '../base/errors.ts'
import { issueCode } from '../hub/oauth/codes.ts'
import { heldScopes } from '../hub/oauth/requested-scopes.ts'
import type { OAuthClient } from '../model/oauth-client.ts'
import type { Challenge } from '../model/pkce.ts'
import { field } from '../pages/form.ts'
import { page } from '../pages/respond.ts'
import type { SignedIn } from '../pages/signed-in.ts'
import { memberForm, memberPage } from '../pages/signed-in.ts'
import type { Visit } from '../pages/visit.ts'
import { authorizePage } from '../views/oauth/authorize-page.ts'
import { formsTo, onlyOfHub } from '../views/page-headers.ts'
import { describeScopes } from './describe-scopes.ts'
import { OAuthFault } from './fault.ts'
import { redirectBack, redirectFault } from './redirect-back.ts'
import type { AuthorizeParameters } from './steps/authorize-parameters.ts'
import { authorizeParameters } from './steps/authorize-parameters.ts'
import { checkAccess } from './steps/check-access.ts'
import { checkRedirectUri } from './steps/check-redirect-uri.ts'
import { checkResponseType } from './steps/check-response-type.ts'
import { consentedScopes, scopesToShow } from './steps/consented-scopes.ts'
import { findClient } from './steps/find-client.ts'
import { needsConsent } from './steps/needs-consent.ts'
import { readChallenge } from './steps/read-challenge.ts'
import { readScopes } from './steps/read-scopes.ts'

/** What is asked of somebody who is signed in and may go there. */
interface Wish {
  visit: Visit
  member: SignedIn
  client: OAuthClient
  state: string | undefined
  challenge: Challenge | null
  /** Raw: what the client asks for of what the visitor holds. */
  scopes: string[]
}

/** The steps of which an error is the client's to hear. */
async function readWish(
  visit: Visit,
  member: SignedIn,
  client: OAuthClient,
  asked: AuthorizeParameters,
): Promise<Wish> {
  const { hub } = visit.deps
  const { principal } = member
  checkResponseType(asked)
  const challenge = readChallenge(visit.config, asked)
  const requested = await readScopes(hub, client, principal, asked)
  await checkAccess(hub, principal, client)
  const scopes = await heldScopes(hub, client, principal, requested)
  return { visit, member, client, state: asked.state, challenge, scopes }
}

/** The whole list of steps, to the point where the visitor agrees. */
async function authorize(
  visit: Visit,
  member: SignedIn,
  decide: (wish: Wish) => Promise<Response>,
): Promise<Response> {
  const asked = authorizeParameters(new URL(visit.c.req.url).searchParams)
  const client = await findClient(visit.deps.hub, asked)
  checkRedirectUri(client, asked)
  try {
    return await decide(await readWish(visit, member, client, asked))
  } catch (error) {
    if (!(error instanceof OAuthFault)) throw error
    const { code, description } = error
    const about = { event: 'oauth.refused', client: client.id, code, description }
    visit.deps.hub.log.debug(about, 'an OAuth request was refused')
    return redirectFault(client.redirectUri, error, asked.state)
  }
}

async function grant(
  { visit, member, client, state, challenge }: Wish,
  scopes: readonly string[],
): Promise<Response> {
  const { hub } = visit.deps
  const code = await issueCode(hub, { client, session: member.session, challenge, scopes })
  const about = { event: 'oauth.granted', client: client.id, user: member.principal.name, scopes }
  hub.log.info(about, 'a client may know who somebody is')
  return redirectBack(client.redirectUri, { code, state })
}

function askConsent({ visit, member, client, scopes }: Wish): Response {
  const { c, config, hubPath } = visit
  const { pathname, search } = new URL(c.req.url)
  const shown = scopesToShow(scopes)
  const body = authorizePage({
    hubPath,
    viewer: member.viewer,
    client: client.description,
    redirectUri: client.redirectUri,
    action: `${pathname}${search}`,
    scopes: shown,
    permissions: describeScopes(config, client, shown, member.principal.name),
  })
  return onlyOfHub(page(body, { headers: formsTo(client.redirectUri) }), hubPath)
}

/** `GET oauth2/authorize` (wire-contract §6.2). */
export const showAuthorize = memberPage(async (visit, member) => {
  // Hono answers HEAD with what GET would do; this does more than show.
  if (visit.c.req.method === 'HEAD') throw new HubgateError('method_not_allowed')
  return authorize(visit, member, async (wish) => {
    const { hub } = visit.deps
    const isAsked = await needsConsent(hub, wish.client, member.principal, wish.scopes)
    return isAsked ? askConsent(wish) : grant(wish, wish.scopes)
  })
})

/** `POST oauth2/authorize`: the consent form, sent to the address of the request that it is about. */
export const submitAuthorize = memberForm((visit, member, form) =>
  authorize(visit, member, async (wish) => {
    if (field(form, 'decision') === 'deny') throw new OAuthFault('access_denied')
    return grant(wish, consentedScopes(wish.client, scopesToShow(wish.scopes), form))
  }),
)
