import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { findUser } from '../../hub/users/users.ts'
import { allows } from '../../model/allows.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import type { Principal } from '../../model/principal.ts'
import { fullName } from '../../model/server.ts'

async function mayAccess(
  hub: HubContext,
  visitor: Principal,
  { server, service }: OAuthClient,
): Promise<boolean> {
  if (server !== undefined) {
    const owner = await findUser(hub, server.user)
    const resource = {
      user: server.user,
      groupsOfUser: owner?.groups ?? [],
      server: fullName(server.user, server.name),
    }
    return allows(visitor.scopes, 'access:servers', resource) === 'yes'
  }
  if (service === undefined) return false
  return allows(visitor.scopes, 'access:services', { service }) === 'yes'
}

/**
 * Seventh step: the visitor may open the client's server or service.
 * @throws HubgateError `forbidden`, which is shown here: the client has no say in it
 */
export async function checkAccess(
  hub: HubContext,
  visitor: Principal,
  client: OAuthClient,
): Promise<void> {
  if (await mayAccess(hub, visitor, client)) return
  throw new HubgateError(
    'forbidden',
    `You do not have permission to access ${client.description}`,
    { detail: { client: client.id, user: visitor.name } },
  )
}
