import type { ParsedScope, ScopeFilter } from './parse-scope.ts'
import { parseScope } from './parse-scope.ts'
import { ScopeSetBuilder } from './scope-filters.ts'
import type { ScopeSet } from './scope-set.ts'
import type { CustomScopes } from './scope-table.ts'
import { METASCOPES, SELF_SCOPES, subscopesOf } from './scope-table.ts'

/** Whose role or token it is: what `self` and bare filters stand for. */
export interface ScopeOwner {
  readonly kind: 'user' | 'service'
  readonly name: string
}

/**
 * Resolves raw scopes into what they allow (wire-contract §3.1 to §3.3): a scope brings its
 * subscopes with the same filter, `self` becomes the user's own resources, a bare `!user` or
 * `!service` becomes the owner's. What cannot be resolved is dropped: a bare filter of the other kind
 * of owner, `!server` (there is no OAuth client here), `self` of a service. What {@link scopeFault}
 * refuses is ignored, since it was refused when it was stored. `inherit` is left to the caller, who
 * knows the owner's scopes.
 */
export function expandScopes(
  raw: Iterable<string>,
  owner: ScopeOwner,
  custom: CustomScopes,
): ScopeSet {
  const expanded = new ScopeSetBuilder()
  for (const text of raw) {
    const scope = parseScope(text)
    if (scope === null || (scope.filter !== null && METASCOPES.has(scope.base))) continue
    if (scope.base === 'self') addSelf(expanded, owner, custom)
    else if (scope.base !== 'inherit') addScope(expanded, scope, owner, custom)
  }
  return expanded.build()
}

function addSelf(into: ScopeSetBuilder, owner: ScopeOwner, custom: CustomScopes): void {
  if (owner.kind !== 'user') return
  for (const base of SELF_SCOPES) {
    addScope(into, { base, filter: { kind: 'user', name: owner.name } }, owner, custom)
  }
}

function addScope(
  into: ScopeSetBuilder,
  { base, filter }: ParsedScope,
  owner: ScopeOwner,
  custom: CustomScopes,
): void {
  const name = filter === null ? null : resolveName(filter, owner)
  for (const scope of subscopesOf(base, custom)) {
    if (filter === null) into.addUnfiltered(scope)
    else if (name !== null && makesSense(scope, filter)) {
      into.addFiltered(scope, filter.kind, name)
    }
  }
}

function resolveName(filter: ScopeFilter, owner: ScopeOwner): string | null {
  if (filter.name !== null) return filter.name
  return filter.kind === owner.kind ? owner.name : null
}

/** A server is no user: `servers!server=a/b` does not show the user (wire-contract §3.2). */
function makesSense(scope: string, filter: ScopeFilter): boolean {
  return !(filter.kind === 'server' && scope.startsWith('read:user'))
}
