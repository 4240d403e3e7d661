import type { HubContext } from '../../hub/context.ts'
import { membersOf } from '../../hub/groups/groups.ts'
import { findService } from '../../hub/services/services.ts'
import type { Reach } from '../../hub/tokens/token-inventory.ts'
import { findUser } from '../../hub/users/users.ts'
import { allows } from '../../model/allows.ts'
import type { Principal } from '../../model/principal.ts'
import type { ScopeFilters } from '../../model/scope-set.ts'
import type { TokenOwner } from '../../model/token.ts'
import { normalizeUsername } from '../../model/username.ts'
import { userResource } from '../users/user-view.ts'

/** Whose tokens somebody asks for. */
export interface OwnerWish {
  owner?: string | undefined
  owner_kind?: TokenOwner['kind'] | undefined
}

async function userOwner(
  hub: HubContext,
  principal: Principal,
  scope: string,
  name: string,
): Promise<TokenOwner[]> {
  const user = await findUser(hub, name)
  if (user === undefined) return []
  const isReached = allows(principal.scopes, scope, userResource(user)) === 'yes'
  return isReached ? [{ kind: 'user', name: user.name, id: user.id }] : []
}

async function serviceOwner(
  hub: HubContext,
  principal: Principal,
  scope: string,
  name: string,
): Promise<TokenOwner[]> {
  if (principal.scopes.get(scope) !== true) return []
  const service = await findService(hub, name)
  return service === undefined ? [] : [{ kind: 'service', name: service.name, id: service.id }]
}

async function namedOwners(
  hub: HubContext,
  principal: Principal,
  scope: string,
  { owner = '', owner_kind }: OwnerWish,
): Promise<TokenOwner[]> {
  const users =
    owner_kind === 'service' ? [] : await userOwner(hub, principal, scope, normalizeUsername(owner))
  const services = owner_kind === 'user' ? [] : await serviceOwner(hub, principal, scope, owner)
  return [...services, ...users]
}

async function usersOf(hub: HubContext, filters: ScopeFilters): Promise<ReadonlySet<string>> {
  const groups = [...(filters.group ?? [])]
  const members = await Promise.all(groups.map((group) => membersOf(hub, group)))
  return new Set([...(filters.user ?? []), ...members.flat()])
}

/**
 * Whose tokens a request of the inventory looks at: of the owners asked for those for whom the scope
 * is held. Services' tokens need it without filter. Owners that do not exist are as if out of reach.
 */
export async function reachOf(
  hub: HubContext,
  principal: Principal,
  scope: string,
  wish: OwnerWish,
): Promise<Reach> {
  if (wish.owner !== undefined) return { owners: await namedOwners(hub, principal, scope, wish) }
  const held = principal.scopes.get(scope)
  if (held === true) return { kind: wish.owner_kind }
  if (held === undefined || wish.owner_kind === 'service') return { owners: [] }
  const names = [...(await usersOf(hub, held))]
  const owners = await Promise.all(names.map((name) => userOwner(hub, principal, scope, name)))
  return { owners: owners.flat() }
}
