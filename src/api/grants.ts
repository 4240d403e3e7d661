import { HubgateError } from '../base/errors.ts'
import type { HubContext } from '../hub/context.ts'
import { configuredRoles, isAdmin } from '../hub/owner-scopes.ts'
import { groupsOfNamed } from '../hub/owners.ts'
import { expandScopes } from '../model/expand-scopes.ts'
import type { Principal } from '../model/principal.ts'
import { rolesOfGroup, rolesOfUser, scopesOfRoles } from '../model/roles.ts'
import type { ScopeSet } from '../model/scope-set.ts'
import { missingScopes } from '../model/subset-scopes.ts'
import type { UserRecord } from '../model/user.ts'
import { normalizeUsername } from '../model/username.ts'

/*
 * Nobody gives more than they hold (design.md invariant 5; threats P24, P25): not as an admin flag,
 * not as a membership of a group with roles, not as a name that the configuration gives roles to.
 */

/** What somebody would give that their own credential does not allow, as sorted scopes. */
export async function excessOf(
  hub: HubContext,
  giver: Principal,
  given: ScopeSet,
): Promise<string[]> {
  const groupsOf = await groupsOfNamed(hub, hub.cache, given, giver.scopes)
  return missingScopes(given, giver.scopes, groupsOf)
}

async function excessOfRoles(
  hub: HubContext,
  giver: Principal,
  receiver: string,
  roles: readonly string[],
): Promise<string[]> {
  if (roles.length === 0) return []
  const { config } = hub.snapshot()
  const raw = scopesOfRoles(configuredRoles(config), roles)
  const owner = { kind: 'user', name: receiver } as const
  return excessOf(hub, giver, expandScopes(raw, owner, config.custom_scopes))
}

/** @throws HubgateError `forbidden` unless an admin asks, with a credential that allows all of it */
export async function requireAdminGrant(hub: HubContext, giver: Principal): Promise<void> {
  const excess = giver.admin ? await excessOfRoles(hub, giver, giver.name, ['admin']) : ['admin']
  if (excess.length === 0) return
  throw new HubgateError('forbidden', 'Only admins can grant admin permissions', {
    detail: { excess },
  })
}

/** @throws HubgateError `forbidden` when somebody who is no admin touches an admin */
export function requireAdminOver(
  hub: HubContext,
  principal: Principal,
  user: Pick<UserRecord, 'name' | 'admin'>,
  verb: 'modify' | 'delete',
): void {
  if (!principal.admin && isAdmin(hub.snapshot().config, user)) {
    throw new HubgateError('forbidden', `Only admins can ${verb} other admins`)
  }
}

/** @throws HubgateError `forbidden` when the groups' roles allow what the one who asks may not */
export async function requireMembershipGrant(
  hub: HubContext,
  giver: Principal,
  groups: readonly string[],
  users: readonly string[],
): Promise<void> {
  const configured = configuredRoles(hub.snapshot().config)
  for (const group of groups) {
    const roles = rolesOfGroup(configured, group)
    for (const user of roles.length === 0 ? [] : users) {
      const excess = await excessOfRoles(hub, giver, normalizeUsername(user), roles)
      if (excess.length === 0) continue
      throw new HubgateError(
        'forbidden',
        `Not adding users to group ${group}: its roles allow ${excess.join(',')}, which you do not hold`,
      )
    }
  }
}

/** @throws HubgateError `forbidden` when the configuration gives the name more than the giver holds */
export async function requireNameGrant(
  hub: HubContext,
  giver: Principal,
  raw: string,
): Promise<void> {
  const { config } = hub.snapshot()
  const name = normalizeUsername(raw)
  if (config.admin_users.some((admin) => normalizeUsername(admin) === name)) {
    await requireAdminGrant(hub, giver)
  }
  const roles = rolesOfUser(configuredRoles(config), { name, admin: false, groups: [] })
  const special = roles.filter((role) => role !== 'user')
  const excess = await excessOfRoles(hub, giver, name, special)
  if (excess.length === 0) return
  throw new HubgateError(
    'forbidden',
    `Not renaming to ${name}: the roles of that name allow ${excess.join(',')}, which you do not hold`,
  )
}
