import { allows } from '../../model/allows.ts'
import type { GroupRecord } from '../../model/group.ts'
import type { ScopeSet } from '../../model/scope-set.ts'

interface GroupFacts {
  group: GroupRecord
  members: readonly string[]
  roles: readonly string[]
}

/**
 * JupyterHub's group model as far as the scopes show it (wire-contract §1.10).
 * @returns undefined when they show nothing of the group
 */
export function groupModel(
  { group, members, roles }: GroupFacts,
  scopes: ScopeSet,
): Record<string, unknown> | undefined {
  const holds = (scope: string) => allows(scopes, scope, { group: group.name }) === 'yes'
  const all = holds('read:groups')
  const showRoles = holds('read:roles:groups')
  if (!all && !showRoles && !holds('read:groups:name')) return undefined
  return {
    kind: 'group',
    name: group.name,
    ...(all ? { users: members, properties: group.properties } : {}),
    ...(showRoles ? { roles } : {}),
  }
}
