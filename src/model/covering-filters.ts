import type { Resource } from './allows.ts'
import { allows } from './allows.ts'
import { FILTER_KINDS } from './scope-filters.ts'
import type { FilterKind, ScopeSet } from './scope-set.ts'

/** What a scope without filter is held for. */
const EVERYTHING = 'everything'

function filtersOf(set: ScopeSet, scope: string): [kind: FilterKind, name: string][] {
  const held = set.get(scope)
  if (held === undefined || held === true) return []
  return FILTER_KINDS.flatMap((kind) =>
    [...(held[kind] ?? [])].sort().map((name): [FilterKind, string] => [kind, name]),
  )
}

/** What a set holds a scope for: `everything`, or its filters as `group=class-a`; nothing when not held. */
export function heldFor(set: ScopeSet, scope: string): string[] {
  if (set.get(scope) === true) return [EVERYTHING]
  return filtersOf(set, scope).map(([kind, name]) => `${kind}=${name}`)
}

/** Those of {@link heldFor} that reach one resource, each by itself. */
export function coveringFilters(
  set: ScopeSet,
  scope: string,
  resource: Resource | undefined,
): string[] {
  if (set.get(scope) === true) return [EVERYTHING]
  const reaching = filtersOf(set, scope).filter(([kind, name]) => {
    const alone: ScopeSet = new Map([[scope, { [kind]: new Set([name]) }]])
    return allows(alone, scope, resource) === 'yes'
  })
  return reaching.map(([kind, name]) => `${kind}=${name}`)
}
