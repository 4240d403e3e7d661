import { FILTER_KINDS } from './scope-filters.ts'
import type { ScopeSet } from './scope-set.ts'

/** The set as JupyterHub writes it, sorted: `scope` for everything, one `scope!kind=name` a filter. */
export function listScopes(set: ScopeSet): string[] {
  const listed: string[] = []
  for (const [scope, filters] of set) {
    if (filters === true) {
      listed.push(scope)
      continue
    }
    for (const kind of FILTER_KINDS) {
      for (const name of filters[kind] ?? []) listed.push(`${scope}!${kind}=${name}`)
    }
  }
  return listed.sort()
}
