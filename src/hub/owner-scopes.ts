import type { Config, RoleConfig } from '../config/schema.ts'
import { expandScopes } from '../model/expand-scopes.ts'
import { rolesOfService, rolesOfUser, scopesOfRoles } from '../model/roles.ts'
import type { ScopeSet } from '../model/scope-set.ts'
import type { UserRecord } from '../model/user.ts'
import { normalizeUsername } from '../model/username.ts'

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

/** What a user may do by their roles under a configuration (wire-contract §3.4), expanded. */
export function userScopes(config: Config, user: UserRecord): ScopeSet {
  const roles = configuredRoles(config)
  const raw = scopesOfRoles(roles, rolesOfUser(roles, user))
  return expandScopes(raw, { kind: 'user', name: user.name }, config.custom_scopes)
}

/** What a service may do by its roles under a configuration, expanded. */
export function serviceScopes(config: Config, service: { name: string; admin: boolean }): ScopeSet {
  const roles = configuredRoles(config)
  const raw = scopesOfRoles(roles, rolesOfService(roles, service))
  return expandScopes(raw, { kind: 'service', name: service.name }, config.custom_scopes)
}
