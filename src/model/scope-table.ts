/** A scope of the hub: what it is for, and the scopes that it brings along. */
export interface ScopeEntry {
  readonly description: string
  readonly subscopes: readonly string[]
}

/** Scopes that a deployment defines for its own services (wire-contract §3.8). */
export interface CustomScopes {
  readonly [name: string]: { readonly description: string; readonly subscopes: readonly string[] }
}

const scope = (description: string, ...subscopes: string[]): ScopeEntry => ({
  description,
  subscopes,
})

const TABLE = {
  '(no_scope)': scope('Nothing but knowing whose credential it is.'),
  self: scope('All that a user may do with what is their own.'),
  inherit: scope('All that the owner of the token may do at the time.'),
  'admin-ui': scope('Open the admin page; what can be done there takes further scopes.'),
  'admin:users': scope(
    'Create, change, rename and delete users and see their sign-in state. Close to full control.',
    'admin:auth_state',
    'users',
    'read:roles:users',
    'delete:users',
  ),
  'admin:auth_state': scope('See what the authenticator keeps about a user.'),
  users: scope(
    'Read users and report their activity; not their servers, tokens or sign-in state.',
    'read:users',
    'list:users',
    'users:activity',
  ),
  'delete:users': scope('Delete users.'),
  'list:users': scope('See who there is, at least by name.', 'read:users:name'),
  'read:users': scope(
    'Read users: name, groups, activity, and the address of a running default server.',
    'read:users:name',
    'read:users:groups',
    'read:users:activity',
  ),
  'read:users:name': scope('Read the names of users.'),
  'read:users:groups': scope('Read which groups users are in.'),
  'read:users:activity': scope('Read when users were last active.'),
  'read:roles': scope(
    'Read who has which role.',
    'read:roles:users',
    'read:roles:services',
    'read:roles:groups',
  ),
  'read:roles:users': scope('Read the roles of users.'),
  'read:roles:services': scope('Read the roles of services.'),
  'read:roles:groups': scope('Read the roles of groups.'),
  'users:activity': scope('Report that a user was active.', 'read:users:activity'),
  'admin:servers': scope(
    'Everything about servers, with what their spawner keeps; not opening them.',
    'admin:server_state',
    'servers',
  ),
  'admin:server_state': scope('See what the spawner keeps about a server.'),
  servers: scope(
    'See, start, stop and delete servers.',
    'read:servers',
    'start:servers',
    'delete:servers',
  ),
  'read:servers': scope('See servers and the names of their owners.', 'read:users:name'),
  'start:servers': scope('Create, start and edit servers.'),
  'delete:servers': scope('Stop and delete servers.'),
  tokens: scope('See, make and revoke tokens.', 'read:tokens'),
  'read:tokens': scope('See which tokens there are, without their secrets.'),
  'admin:groups': scope(
    'Create, change and delete groups.',
    'groups',
    'read:roles:groups',
    'delete:groups',
  ),
  groups: scope(
    'Read and change groups and their members, and with that what the members may do.',
    'read:groups',
    'list:groups',
  ),
  'list:groups': scope('See which groups there are, at least by name.', 'read:groups:name'),
  'read:groups': scope('Read groups: members and properties.', 'read:groups:name'),
  'read:groups:name': scope('Read the names of groups.'),
  'delete:groups': scope('Delete groups.'),
  'admin:services': scope(
    'Create, change and delete services that the configuration does not name.',
    'list:services',
    'read:services',
    'read:roles:services',
  ),
  'list:services': scope('See which services there are, at least by name.', 'read:services:name'),
  'read:services': scope('Read services.', 'read:services:name'),
  'read:services:name': scope('Read the names of services.'),
  'read:hub': scope('Read details about the hub itself.'),
  'access:servers': scope('Open servers: all that runs in them, files and kernels.'),
  'access:services': scope('Open services.'),
  'users:shares': scope('See and give up what others share with a user.', 'read:users:shares'),
  'read:users:shares': scope('See what others share with a user.'),
  'groups:shares': scope('See and give up what others share with a group.', 'read:groups:shares'),
  'read:groups:shares': scope('See what others share with a group.'),
  'read:shares': scope('See with whom a server is shared.'),
  shares: scope(
    'Share servers with others, which takes opening them oneself.',
    'access:servers',
    'read:shares',
    'users:shares',
    'groups:shares',
  ),
  proxy: scope('Read the routing table and ask for it to be checked.'),
  shutdown: scope('Shut the hub down.'),
  'read:metrics': scope('Read the metrics.'),
} as const satisfies Record<string, ScopeEntry>

/** The scopes of wire-contract §3.1 with their direct subscopes. */
export const SCOPES: ReadonlyMap<string, ScopeEntry> = new Map(Object.entries(TABLE))

/** Scopes that stand for others, or for nothing; they take no filter (wire-contract §3.3). */
export const METASCOPES: ReadonlySet<string> = new Set(['(no_scope)', 'self', 'inherit'])

/** What `self` stands for, each narrowed to its user (wire-contract §3.3). */
export const SELF_SCOPES: readonly string[] = [
  'read:users',
  'users:shares',
  'read:shares',
  'users:activity',
  'servers',
  'tokens',
  'access:servers',
]

/** The entry of a scope of the hub or of a custom one; a custom scope never replaces one of the hub. */
export function scopeEntry(name: string, custom: CustomScopes): ScopeEntry | undefined {
  return SCOPES.get(name) ?? (Object.hasOwn(custom, name) ? custom[name] : undefined)
}

/** Whether there is a scope of that name (without filter). */
export function isKnownScope(name: string, custom: CustomScopes): boolean {
  return scopeEntry(name, custom) !== undefined
}

/**
 * A scope with all that it brings along, at any depth; empty for an unknown one. Custom scopes bring
 * only custom ones (wire-contract §3.8), so that defining one never widens what the hub allows.
 */
export function subscopesOf(name: string, custom: CustomScopes): ReadonlySet<string> {
  return CLOSURE.get(name) ?? closure(name, (scope) => customSubscopes(scope, custom))
}

function customSubscopes(name: string, custom: CustomScopes): readonly string[] | undefined {
  return Object.hasOwn(custom, name) && !SCOPES.has(name) ? custom[name]?.subscopes : undefined
}

function closure(
  name: string,
  subscopes: (scope: string) => readonly string[] | undefined,
): ReadonlySet<string> {
  const found = new Set<string>()
  const pending = [name]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const direct = found.has(next) ? undefined : subscopes(next)
    if (direct === undefined) continue
    found.add(next)
    pending.push(...direct)
  }
  return found
}

const CLOSURE: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...SCOPES.keys()].map((name) => [name, closure(name, (scope) => SCOPES.get(scope)?.subscopes)]),
)
