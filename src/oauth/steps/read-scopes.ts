import type { HubContext } from '../../hub/context.ts'
import { requestedScopes } from '../../hub/oauth/requested-scopes.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import type { Principal } from '../../model/principal.ts'
import { OAuthFault } from '../fault.ts'
import type { AuthorizeParameters } from './authorize-parameters.ts'

/**
 * Sixth step: the raw scopes that are asked for, none of them beyond what the client may ask for.
 * @throws OAuthFault `invalid_scope`
 */
export async function readScopes(
  hub: HubContext,
  client: OAuthClient,
  visitor: Principal,
  { scope }: AuthorizeParameters,
): Promise<string[]> {
  const scopes = await requestedScopes(hub, client, visitor, scope)
  if (scopes === undefined) throw new OAuthFault('invalid_scope')
  return scopes
}
