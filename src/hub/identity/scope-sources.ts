import type { Config } from '../../config/schema.ts'
import type { ScopeSource } from '../../model/explain.ts'
import { rolesOfService, rolesOfUser, scopesOfRoles } from '../../model/roles.ts'
import type { UserRecord } from '../../model/user.ts'
import type { HubContext } from '../context.ts'
import { sharedScopes } from '../shares/shared-scopes.ts'
import { configuredRoles } from './owner-scopes.ts'

function roleSource(config: Config, name: string, through: readonly string[]): ScopeSource {
  return { kind: 'role', name, through, scopes: scopesOfRoles(configuredRoles(config), [name]) }
}

/** How a user comes to a role. */
function throughOf(config: Config, role: string, user: UserRecord): string[] {
  const given = configuredRoles(config).filter(({ name }) => name === role)
  return [
    ...(role === 'user' ? ['every user'] : []),
    ...(role === 'admin' && user.admin ? ['admin'] : []),
    ...(given.some(({ users }) => users.includes(user.name)) ? [`user ${user.name}`] : []),
    ...user.groups
      .filter((group) => given.some(({ groups }) => groups.includes(group)))
      .map((group) => `group ${group}`),
  ]
}

/** Everything that gives a user scopes (wire-contract §3.4): together what they may do now. */
export async function sourcesOfUser(hub: HubContext, user: UserRecord): Promise<ScopeSource[]> {
  const { config } = hub.snapshot()
  const roles = rolesOfUser(configuredRoles(config), user).map((name) =>
    roleSource(config, name, throughOf(config, name, user)),
  )
  const scopes = await sharedScopes(hub, hub.cache, user)
  if (scopes.length === 0) return roles
  return [...roles, { kind: 'shares', name: '', through: [], scopes }]
}

/** Everything that gives a service scopes. */
export function sourcesOfService(
  hub: HubContext,
  service: { readonly name: string; readonly admin: boolean },
): ScopeSource[] {
  const { config } = hub.snapshot()
  return rolesOfService(configuredRoles(config), service).map((name) => {
    const isNamed = configuredRoles(config).some(
      (role) => role.name === name && role.services.includes(service.name),
    )
    const flag = name === 'admin' && service.admin ? ['admin'] : []
    return roleSource(config, name, isNamed ? [...flag, `service ${service.name}`] : flag)
  })
}
