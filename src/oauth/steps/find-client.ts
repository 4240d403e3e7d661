import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { oauthClients } from '../../hub/oauth/clients.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import type { AuthorizeParameters } from './authorize-parameters.ts'

/**
 * Second step: which client asks. Of two with ids that are spelled alike the redirect URI tells.
 * @throws HubgateError `bad_request`, which is shown here and never sent to anybody's redirect URI
 */
export async function findClient(
  hub: HubContext,
  { client_id: id, redirect_uri: uri }: AuthorizeParameters,
): Promise<OAuthClient> {
  if (id === undefined || id === '') {
    throw new HubgateError('bad_request', 'Missing client_id parameter.')
  }
  const clients = await oauthClients(hub, id)
  const [first] = clients
  if (first === undefined) {
    throw new HubgateError('bad_request', 'Invalid client_id parameter value.')
  }
  if (uri === undefined && clients.length > 1) {
    throw new HubgateError('bad_request', 'Missing redirect URI.')
  }
  return clients.find(({ redirectUri }) => redirectUri === uri) ?? first
}
