import type { GroupsOf } from './scope-filters.ts'
import { FILTER_KINDS, filtersCover, ownerOfServer, ScopeSetBuilder } from './scope-filters.ts'
import type { ScopeFilters, ScopeSet } from './scope-set.ts'

/**
 * What both sets allow, per scope (wire-contract §3.4): an unfiltered scope leaves the other side as
 * it is; otherwise each filter stays that the other side covers, so that the narrower one remains.
 * Two different groups have nothing in common here, even when they share members: only filters that
 * name a user or server are looked up. That is never more than either side allows.
 * @param groupsOf the current groups of a user named in either set (see {@link usersNamed})
 */
export function intersectScopes(a: ScopeSet, b: ScopeSet, groupsOf: GroupsOf): ScopeSet {
  const common = new ScopeSetBuilder()
  for (const [scope, left] of a) {
    const right = b.get(scope)
    if (right === undefined) continue
    if (left === true) common.add(scope, right)
    else if (right === true) common.add(scope, left)
    else {
      addCovered(common, scope, left, right, groupsOf)
      addCovered(common, scope, right, left, groupsOf)
    }
  }
  return common.build()
}

function addCovered(
  into: ScopeSetBuilder,
  scope: string,
  filters: ScopeFilters,
  by: ScopeFilters,
  groupsOf: GroupsOf,
): void {
  for (const kind of FILTER_KINDS) {
    for (const name of filters[kind] ?? []) {
      if (filtersCover(by, kind, name, groupsOf)) into.addFiltered(scope, kind, name)
    }
  }
}

/** The users whose groups an intersection may ask for: those in `user=` and `server=` filters. */
export function usersNamed(set: ScopeSet): Set<string> {
  const users = new Set<string>()
  for (const filters of set.values()) {
    if (filters === true) continue
    for (const user of filters.user ?? []) users.add(user)
    for (const server of filters.server ?? []) users.add(ownerOfServer(server))
  }
  return users
}
