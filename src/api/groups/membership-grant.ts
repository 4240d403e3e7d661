import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { configuredRoles, isAdmin } from '../../hub/identity/owner-scopes.ts'
import { scopesSharedWithGroup } from '../../hub/shares/shared-scopes.ts'
import { findUser } from '../../hub/users/users.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { parseScope } from '../../model/parse-scope.ts'
import type { Principal } from '../../model/principal.ts'
import { rolesOfGroup, scopesOfRoles } from '../../model/roles.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { normalizeUsername } from '../../model/username.ts'
import { excessOf, excessOfAdmin, excessOfRaw } from '../grants.ts'

/*
 * Whoever puts somebody into a group gives them what the group may do, and gives those whose scopes
 * are narrowed to the group a hold over them (threats P24, P25).
 */

/** What members may do because they are in a group, raw. */
async function givenBy(hub: HubContext, group: string): Promise<string[]> {
  const configured = configuredRoles(hub.snapshot().config)
  const roles = scopesOfRoles(configured, rolesOfGroup(configured, group))
  return [...roles, ...(await scopesSharedWithGroup(hub, hub.cache, group))]
}

/** Scopes that change something for users: not those that only show them, nor those for groups. */
const acts = (scope: string): boolean =>
  !/^(?:read|list):/.test(scope) && !/(?:^|:)groups(?::|$)/.test(scope)

/** What the group's name in somebody's scopes would allow for a user in it: the giver's and all roles'. */
function holdOver(hub: HubContext, giver: Principal, group: string, user: string): ScopeSet {
  const { config } = hub.snapshot()
  const own = [...giver.scopes]
    .filter(([, filters]) => filters !== true && filters.group?.has(group) === true)
    .map(([scope]) => scope)
  const ofRoles = configuredRoles(config)
    .flatMap(({ scopes = [] }) => scopes.map(parseScope))
    .filter((scope) => scope?.filter?.kind === 'group' && scope.filter.name === group)
    .map((scope) => scope?.base)
  const raw = [...own, ...ofRoles].map((scope) => `${scope}!user=${user}`)
  const all = expandScopes(raw, { kind: 'user', name: user }, config.custom_scopes)
  return new Map([...all].filter(([scope]) => acts(scope)))
}

async function requireHold(
  hub: HubContext,
  giver: Principal,
  group: string,
  name: string,
): Promise<void> {
  const user = await findUser(hub, name)
  if (user === undefined || user.groups.includes(group)) return
  if (!isAdmin(hub.snapshot().config, user)) return
  const excess = await excessOf(hub, giver, holdOver(hub, giver, group, name))
  if (excess.length === 0) return
  throw new HubgateError(
    'forbidden',
    `Not adding ${name}, an admin, to group ${group}: scopes for the group would allow ${excess.join(',')}, which you do not hold`,
  )
}

async function requireGrant(
  hub: HubContext,
  giver: Principal,
  group: string,
  names: ReadonlySet<string>,
): Promise<void> {
  const raw = await givenBy(hub, group)
  for (const name of names) {
    const excess = await excessOfRaw(hub, giver, name, raw)
    if (excess.length > 0) {
      throw new HubgateError(
        'forbidden',
        `Not adding users to group ${group}: its roles and shares allow ${excess.join(',')}, which you do not hold`,
      )
    }
    await requireHold(hub, giver, group, name)
  }
}

/**
 * Lets users into groups. Full admins let anybody in: the admin role has no custom scopes, and yet
 * they hand them out.
 * @param users as they were sent; those who do not exist are left to whoever adds them
 * @throws HubgateError `forbidden` when the groups' roles, or what is shared with them, allow what
 *   the one who asks may not; or when an admin would come into the reach of others
 */
export async function requireMembershipGrant(
  hub: HubContext,
  giver: Principal,
  groups: readonly string[],
  users: readonly string[],
): Promise<void> {
  const names = new Set(users.map(normalizeUsername))
  if (names.size === 0 || (await excessOfAdmin(hub, giver)).length === 0) return
  for (const group of groups) await requireGrant(hub, giver, group, names)
}
