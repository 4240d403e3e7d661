import { requireScope } from '../../auth/require-scope.ts'
import type { HubContext } from '../../hub/context.ts'
import { scopesOfUser } from '../../hub/identity/identity.ts'
import { findUser } from '../../hub/users/users.ts'
import { allows } from '../../model/allows.ts'
import type { Principal } from '../../model/principal.ts'
import type { UserRecord } from '../../model/user.ts'
import { excessOf } from '../grants.ts'
import type { PathParams } from '../route.ts'
import { userResource } from '../users/user-view.ts'

/** What it takes for the sessions of somebody else. */
export const SCOPE = 'admin:users'

/**
 * Whether somebody asks for their own sessions, with a credential that is not narrowed: a sign-in is
 * everything that its owner may do, so less than that does not reach it. A token must allow all that
 * its owner may do, ending tokens among it, as one with `inherit` does.
 */
export async function isOwn(
  hub: HubContext,
  principal: Principal,
  user: UserRecord,
): Promise<boolean> {
  const { credential, id, kind, scopes } = principal
  if (kind !== 'user' || id !== user.id) return false
  if (credential.type === 'session') return true
  if (credential.type !== 'token' || credential.kind !== 'hub') return false
  if (allows(scopes, 'tokens', userResource(user)) !== 'yes') return false
  return (await excessOf(hub, principal, await scopesOfUser(hub, user))).length === 0
}

/**
 * Lets those pass who may look at the sessions of the user `{name}`.
 * @throws HubgateError as {@link requireScope} does
 */
export async function requireSessions(
  hub: HubContext,
  principal: Principal,
  { name }: PathParams,
): Promise<void> {
  const user = await findUser(hub, name)
  if (user !== undefined && (await isOwn(hub, principal, user))) return
  const resource = user === undefined ? { user: name, groupsOfUser: [] } : userResource(user)
  requireScope(principal, [SCOPE], resource)
}
