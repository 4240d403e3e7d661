/** A role as the configuration names it (wire-contract §3.7). */
export interface RoleSpec {
  readonly name: string
  /** Left out for a default role: the default role's. */
  readonly description?: string | undefined
  /** Left out for a default role: the default role's. An empty list takes everything away. */
  readonly scopes?: readonly string[] | undefined
  readonly users: readonly string[]
  readonly groups: readonly string[]
  readonly services: readonly string[]
}

export interface Role {
  readonly name: string
  readonly description: string
  /** Raw: not expanded. */
  readonly scopes: readonly string[]
}

/** The roles that there are without any configuration (wire-contract §3.5). */
export const DEFAULT_ROLES: readonly Role[] = [
  { name: 'user', description: 'What every user may do.', scopes: ['self'] },
  {
    name: 'admin',
    description: 'What administrators may do; it cannot be redefined.',
    scopes: [
      'admin-ui',
      'admin:users',
      'admin:servers',
      'admin:services',
      'tokens',
      'admin:groups',
      'list:services',
      'read:services',
      'read:hub',
      'proxy',
      'shutdown',
      'access:services',
      'access:servers',
      'read:roles',
      'read:metrics',
      'shares',
    ],
  },
  {
    name: 'server',
    description: 'What a single-user server may do on its own.',
    scopes: ['users:activity!user', 'access:servers!server'],
  },
  { name: 'token', description: 'What a token made without scopes may do.', scopes: ['inherit'] },
]

/**
 * The role of that name, a default role merged with the configuration's (§3.7); undefined when there
 * is none. The `admin` role is always the default one.
 */
export function findRole(configured: readonly RoleSpec[], name: string): Role | undefined {
  const standard = DEFAULT_ROLES.find((role) => role.name === name)
  const own = configured.find((role) => role.name === name)
  if (own === undefined || name === 'admin') return standard
  return {
    name,
    description: own.description ?? standard?.description ?? '',
    scopes: own.scopes ?? standard?.scopes ?? [],
  }
}

/**
 * The names of a user's roles: `user`, `admin` for administrators, and the configured ones that name
 * the user or one of the groups. With `groups` empty: the roles the user holds directly.
 */
export function rolesOfUser(
  configured: readonly RoleSpec[],
  user: { readonly name: string; readonly admin: boolean; readonly groups: readonly string[] },
): string[] {
  const given = configured.filter(
    (role) =>
      role.users.includes(user.name) || role.groups.some((group) => user.groups.includes(group)),
  )
  return unique(['user', ...(user.admin ? ['admin'] : []), ...namesOf(given)])
}

/** The names of the configured roles that a group gives its members. */
export function rolesOfGroup(configured: readonly RoleSpec[], group: string): string[] {
  return unique(namesOf(configured.filter((role) => role.groups.includes(group))))
}

/** The names of a service's roles: `admin` for an administrator, and the configured ones; no default. */
export function rolesOfService(
  configured: readonly RoleSpec[],
  service: { readonly name: string; readonly admin: boolean },
): string[] {
  const given = configured.filter((role) => role.services.includes(service.name))
  return unique([...(service.admin ? ['admin'] : []), ...namesOf(given)])
}

/** The raw scopes of the roles with these names together; a name without a role adds nothing. */
export function scopesOfRoles(configured: readonly RoleSpec[], names: Iterable<string>): string[] {
  return unique([...names].flatMap((name) => findRole(configured, name)?.scopes ?? []))
}

function namesOf(roles: readonly RoleSpec[]): string[] {
  return roles.map((role) => role.name)
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}
