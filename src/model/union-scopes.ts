import { ScopeSetBuilder } from './scope-filters.ts'
import type { ScopeSet } from './scope-set.ts'

/**
 * What any of the sets allows: filters of the same scope add up, and an unfiltered scope absorbs the
 * filtered ones (wire-contract §3.2).
 */
export function unionScopes(...sets: ScopeSet[]): ScopeSet {
  const union = new ScopeSetBuilder()
  for (const set of sets) {
    for (const [scope, filters] of set) union.add(scope, filters)
  }
  return union.build()
}
