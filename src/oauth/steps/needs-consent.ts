import type { HubContext } from '../../hub/context.ts'
import { grantedScopes } from '../../hub/oauth/granted.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import type { Principal } from '../../model/principal.ts'

/**
 * Eighth step: whether the visitor is asked. They are not for their own servers, for services that the
 * operator vouches for, and for what they gave this client before (wire-contract §6.2).
 * @param scopes raw, as they would be granted
 */
export async function needsConsent(
  hub: HubContext,
  client: OAuthClient,
  visitor: Principal,
  scopes: readonly string[],
): Promise<boolean> {
  if (client.noConfirm || client.server?.userId === visitor.id) return false
  const granted = await grantedScopes(hub, client, visitor.id)
  return !scopes.every((scope) => granted.has(scope))
}
