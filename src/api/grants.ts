import { HubgateError } from '../base/errors.ts'
import type { HubContext } from '../hub/context.ts'
import { configuredRoles, isAdmin } from '../hub/identity/owner-scopes.ts'
import { groupsOfNamed } from '../hub/identity/owners.ts'
import { expandScopes } from '../model/expand-scopes.ts'
import type { Principal } from '../model/principal.ts'
import { rolesOfUser, scopesOfRoles } from '../model/roles.ts'
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

/**
 * The same of raw scopes.
 * @param receiver the user to whom they would be given
 */
export async function excessOfRaw(
  hub: HubContext,
  giver: Principal,
  receiver: string,
  raw: readonly string[],
): Promise<string[]> {
  if (raw.length === 0) return []
  const owner = { kind: 'user', name: receiver } as const
  return excessOf(hub, giver, expandScopes(raw, owner, hub.snapshot().config.custom_scopes))
}

function excessOfRoles(
  hub: HubContext,
  giver: Principal,
  receiver: string,
  roles: readonly string[],
): Promise<string[]> {
  const configured = configuredRoles(hub.snapshot().config)
  return excessOfRaw(hub, giver, receiver, scopesOfRoles(configured, roles))
}

/** What somebody lacks to make others admins: nothing for an admin whose credential allows all of it. */
export async function excessOfAdmin(hub: HubContext, giver: Principal): Promise<string[]> {
  return giver.admin ? excessOfRoles(hub, giver, giver.name, ['admin']) : ['admin']
}

/** @throws HubgateError `forbidden` unless an admin asks, with a credential that allows all of it */
export async function requireAdminGrant(hub: HubContext, giver: Principal): Promise<void> {
  const excess = await excessOfAdmin(hub, giver)
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

function hasConfigToken(hub: HubContext, name: string): boolean {
  const owners = [...hub.snapshot().tokens.values()].map(({ owner }) => owner)
  return owners.some((owner) => owner.kind === 'user' && normalizeUsername(owner.name) === name)
}

/**
 * Lets a user have a name. Full admins give any.
 * @throws HubgateError `forbidden` when the configuration gives the name more than the giver holds,
 *   or has a token that would be the user's from then on
 */
export async function requireNameGrant(
  hub: HubContext,
  giver: Principal,
  raw: string,
): Promise<void> {
  if ((await excessOfAdmin(hub, giver)).length === 0) return
  const { config } = hub.snapshot()
  const name = normalizeUsername(raw)
  if (config.admin_users.some((admin) => normalizeUsername(admin) === name)) {
    throw new HubgateError('forbidden', 'Only admins can grant admin permissions')
  }
  const roles = rolesOfUser(configuredRoles(config), { name, admin: false, groups: [] })
  const special = roles.filter((role) => role !== 'user')
  const excess = await excessOfRoles(hub, giver, name, special)
  if (excess.length > 0) {
    throw new HubgateError(
      'forbidden',
      `Not renaming to ${name}: the roles of that name allow ${excess.join(',')}, which you do not hold`,
    )
  }
  if (hasConfigToken(hub, name)) {
    throw new HubgateError(
      'forbidden',
      `Not renaming to ${name}: the configuration has a token for that name. Ask an admin.`,
    )
  }
}
