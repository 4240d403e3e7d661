import { constantTimeEqual, sha256 } from '../../base/hash.ts'
import type { HubContext } from '../../hub/context.ts'
import { oauthClients } from '../../hub/oauth/clients.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import { OAuthFault } from '../fault.ts'
import type { TokenParameters } from './token-parameters.ts'

interface Credentials {
  id: string
  secret: string
}

const BASIC = /^basic[ \t]+([A-Za-z0-9+/]+={0,2})$/i
const TOKEN = /^(?:token|bearer)[ \t]+(\S+)$/i

/** Form-encoded, as RFC 6749 §2.3.1 has it; null when it is not. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

/** @throws OAuthFault `invalid_client` for what is no pair of id and secret */
function ofBasic(encoded: string): Credentials {
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const id = decoded(text.slice(0, Math.max(colon, 0)))
  const secret = decoded(text.slice(colon + 1))
  if (colon < 1 || id === null || secret === null) throw new OAuthFault('invalid_client')
  return { id, secret }
}

/** @throws OAuthFault `invalid_request` for two ways at once, `invalid_client` for none */
function credentialsOf(
  { client_id: id, client_secret: secret }: TokenParameters,
  authorization: string | undefined,
): Credentials {
  const basic = BASIC.exec(authorization ?? '')?.[1]
  if (basic === undefined) return { id: id ?? '', secret: secret ?? '' }
  const given = ofBasic(basic)
  if (secret !== undefined) {
    throw new OAuthFault('invalid_request', 'Send the client secret once.')
  }
  if (id !== undefined && id !== given.id) throw new OAuthFault('invalid_client')
  return given
}

function proves(client: OAuthClient, secret: string): boolean {
  const digest = sha256(secret)
  return secret !== '' && client.secretDigests.some((known) => constantTimeEqual(known, digest))
}

/**
 * Third step: the client proves itself, with its secret in the form, as JupyterHub's clients do, or by
 * HTTP Basic, as RFC 6749 has it. JupyterHub's clients send their hub token as well; it must then be
 * this client's (threats P22, P38).
 * @throws OAuthFault `invalid_client`, `invalid_request`
 */
export async function authenticateClient(
  hub: HubContext,
  sent: TokenParameters,
  authorization: string | undefined,
): Promise<OAuthClient> {
  const { id, secret } = credentialsOf(sent, authorization)
  const token = TOKEN.exec(authorization ?? '')?.[1] ?? secret
  const clients = await oauthClients(hub, id)
  const client = clients.find((one) => proves(one, secret) && proves(one, token))
  if (client === undefined) {
    hub.log.warn(
      { event: 'oauth.client_refused', client: id.slice(0, 255) },
      'no such OAuth client',
    )
    throw new OAuthFault('invalid_client')
  }
  return client
}
