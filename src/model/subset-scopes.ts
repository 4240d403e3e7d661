import { listScopes } from './list-scopes.ts'
import type { GroupsOf } from './scope-filters.ts'
import { FILTER_KINDS, filtersCover, ScopeSetBuilder } from './scope-filters.ts'
import type { ScopeFilters, ScopeSet } from './scope-set.ts'

/**
 * What `inner` allows and `outer` does not, as sorted strings: the text of JupyterHub's refusal of a
 * token that exceeds its owner (wire-contract §3.4, "Creation-time check").
 * @param groupsOf the current groups of a user named in `inner`
 */
export function missingScopes(inner: ScopeSet, outer: ScopeSet, groupsOf: GroupsOf): string[] {
  const missing = new ScopeSetBuilder()
  for (const [scope, wanted] of inner) {
    const held = outer.get(scope)
    if (held === true) continue
    if (held === undefined || wanted === true) missing.add(scope, wanted)
    else addUncovered(missing, scope, wanted, held, groupsOf)
  }
  return listScopes(missing.build())
}

/** Whether `outer` allows all that `inner` does (threats P24: nothing grows). */
export function isSubset(inner: ScopeSet, outer: ScopeSet, groupsOf: GroupsOf): boolean {
  return missingScopes(inner, outer, groupsOf).length === 0
}

function addUncovered(
  into: ScopeSetBuilder,
  scope: string,
  wanted: ScopeFilters,
  held: ScopeFilters,
  groupsOf: GroupsOf,
): void {
  for (const kind of FILTER_KINDS) {
    for (const name of wanted[kind] ?? []) {
      if (!filtersCover(held, kind, name, groupsOf)) into.addFiltered(scope, kind, name)
    }
  }
}
