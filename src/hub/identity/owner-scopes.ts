import type { Config, RoleConfig } from '../../config/schema.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { rolesOfService, rolesOfUser, scopesOfRoles } from '../../model/roles.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { UserRecord } from '../../model/user.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { HubContext } from '../context.ts'
import { sharedScopes } from '../shares/shared-scopes.ts'
import type { KeyReader } from '../users/users.ts'

const normalised = new WeakMap<Config, RoleConfig[]>()

/** The configuration's roles, the users in them by their normal names. */
export function configuredRoles(config: Config): readonly RoleConfig[] {
  const known = normalised.get(config)
  if (known !== undefined) return known
  const roles = config.load_roles.map((role) => {
    return { ...role, users: role.users.map(normalizeUsername) }
  })
  normalised.set(config, roles)
  return roles
}

/** By configuration and user: the names of the roles that name them. */
const naming = new WeakMap<Config, ReadonlyMap<string, readonly string[]>>()

function rolesNaming(config: Config): ReadonlyMap<string, readonly string[]> {
  const known = naming.get(config)
  if (known !== undefined) return known
  const roles = configuredRoles(config)
  const byName = new Map<string, string[]>()
  for (const { name, users } of roles) {
    for (const user of users) byName.set(user, [...(byName.get(user) ?? []), name])
  }
  naming.set(config, byName)
  return byName
}

/** The roles that are directly a user's: without those of their groups. */
export function directRoles(config: Config, user: Pick<UserRecord, 'name' | 'admin'>): string[] {
  const given = rolesNaming(config).get(user.name) ?? []
  return [...new Set(['user', ...(user.admin ? ['admin'] : []), ...given])]
}

/**
 * Whether a user is an admin: by their record, or because the configuration gives them that role. As
 * in JupyterHub, the role admin of a group gives its members what admins may do, but makes none of them one.
 */
export function isAdmin(config: Config, user: Pick<UserRecord, 'name' | 'admin'>): boolean {
  return user.admin || rolesNaming(config).get(user.name)?.includes('admin') === true
}

/** What a user may do by their roles and by what others share with them (wire-contract §3.4), expanded. */
export async function userScopes(
  hub: HubContext,
  read: KeyReader,
  config: Config,
  user: UserRecord,
): Promise<ScopeSet> {
  const roles = configuredRoles(config)
  const own = scopesOfRoles(roles, rolesOfUser(roles, user))
  const raw = [...own, ...(await sharedScopes(hub, read, user))]
  return expandScopes(raw, { kind: 'user', name: user.name }, config.custom_scopes)
}

/** What a service may do by its roles under a configuration, expanded. */
export function serviceScopes(config: Config, service: { name: string; admin: boolean }): ScopeSet {
  const roles = configuredRoles(config)
  const raw = scopesOfRoles(roles, rolesOfService(roles, service))
  return expandScopes(raw, { kind: 'service', name: service.name }, config.custom_scopes)
}
