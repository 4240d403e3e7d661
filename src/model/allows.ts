import type { GroupsOf } from './scope-filters.ts'
import { FILTER_KINDS, filtersCover } from './scope-filters.ts'
import type { ScopeSet } from './scope-set.ts'

/** The resource of a request. `groupsOfUser` are the current groups of `user`, or of the server's owner. */
export interface Resource {
  readonly user?: string
  readonly groupsOfUser?: readonly string[]
  /** `user/name`; `user/` for the default server. When given, `user` is not looked at. */
  readonly server?: string
  readonly group?: string
  readonly service?: string
}

/**
 * Whether a scope is held for a resource (threats P23: a filtered scope where no resource is named is
 * not enough). All resources that are named must be covered; a server by itself, its owner, or a
 * group of its owner.
 * @returns `yes`; `elsewhere` when the scope is held for other resources only; `no` when not held
 */
export function allows(
  scopes: ScopeSet,
  scope: string,
  resource: Resource = {},
): 'yes' | 'elsewhere' | 'no' {
  const held = scopes.get(scope)
  if (held === undefined) return 'no'
  if (held === true) return 'yes'
  const groupsOf: GroupsOf = () => resource.groupsOfUser ?? []
  let named = 0
  for (const kind of FILTER_KINDS) {
    const name = kind === 'user' && resource.server !== undefined ? undefined : resource[kind]
    if (name === undefined) continue
    if (!filtersCover(held, kind, name, groupsOf)) return 'elsewhere'
    named++
  }
  return named > 0 ? 'yes' : 'elsewhere'
}
