import { membersOf } from '../../hub/groups/groups.ts'
import { configuredRoles } from '../../hub/identity/owner-scopes.ts'
import type { GroupRecord } from '../../model/group.ts'
import { rolesOfGroup } from '../../model/roles.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { ApiDeps } from '../deps.ts'
import { groupModel } from './group-model.ts'

/** The model of a group as far as the scopes show it; undefined when they show nothing of it. */
async function load(
  { hub }: ApiDeps,
  scopes: ScopeSet,
  group: GroupRecord,
): Promise<Record<string, unknown> | undefined> {
  const members = scopes.has('read:groups') ? await membersOf(hub, group.name) : []
  const roles = rolesOfGroup(configuredRoles(hub.snapshot().config), group.name)
  return groupModel({ group, members, roles }, scopes)
}

/** The models of groups, in their order, without those of which the scopes show nothing. */
export async function loadGroups(
  deps: ApiDeps,
  scopes: ScopeSet,
  groups: readonly GroupRecord[],
): Promise<Record<string, unknown>[]> {
  const models = await Promise.all(groups.map((group) => load(deps, scopes, group)))
  return models.filter((model) => model !== undefined)
}

/** The model of one group; `{}` when the scopes show nothing of it. */
export async function loadGroup(
  deps: ApiDeps,
  scopes: ScopeSet,
  group: GroupRecord,
): Promise<Record<string, unknown>> {
  return (await load(deps, scopes, group)) ?? {}
}
