import type { Context } from 'hono'
import type { HubContext } from '../hub/context.ts'
import { exchangeCode } from '../hub/oauth/exchange.ts'
import { OAuthFault } from './fault.ts'
import { authenticateClient } from './steps/authenticate-client.ts'
import { checkGrantType } from './steps/check-grant-type.ts'
import { tokenParameters } from './steps/token-parameters.ts'

/** Nothing keeps a token, or why there was none (RFC 6749 §5.1). */
const UNKEPT = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }

function answer(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { ...UNKEPT, ...headers } })
}

/** @param authorization what the client may have tried to prove itself with (RFC 6749 §5.2) */
function refuse({ code, description }: OAuthFault, authorization = ''): Response {
  const body =
    description === undefined ? { error: code } : { error: code, error_description: description }
  if (code !== 'invalid_client') return answer(body, 400)
  const scheme = /^basic\b/i.test(authorization)
    ? 'Basic realm="hubgate"'
    : 'Bearer error="invalid_client"'
  return answer(body, 401, { 'WWW-Authenticate': scheme })
}

/** @throws OAuthFault when there is no token for it */
async function exchange(hub: HubContext, c: Context): Promise<Response> {
  const sent = await tokenParameters(c.req.raw)
  const code = checkGrantType(sent)
  const client = await authenticateClient(hub, sent, c.req.header('authorization'))
  const { redirect_uri: redirectUri, code_verifier: verifier } = sent
  const outcome = await exchangeCode(hub, { client, code, redirectUri, verifier })
  if (outcome.answer === 'refused') throw new OAuthFault(outcome.error, outcome.description)
  const { record, token } = outcome
  const user = record.owner.name
  hub.log.info({ event: 'oauth.token', client: client.id, user, id: record.id }, 'token issued')
  return answer({
    access_token: token,
    expires_in: Math.floor((record.expiresAt - hub.clock.now()) / 1000),
    token_type: 'Bearer',
    scope: record.scopes.join(' '),
  })
}

/** `POST oauth2/token` (wire-contract §6.3): a code for a token, in the form that RFC 6749 has for it. */
export async function answerToken(hub: HubContext, c: Context): Promise<Response> {
  try {
    return await exchange(hub, c)
  } catch (error) {
    if (error instanceof OAuthFault) return refuse(error, c.req.header('authorization'))
    throw error
  }
}
