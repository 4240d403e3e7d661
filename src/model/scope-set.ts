/** The resources that a scope is narrowed to: `!user=`, `!group=`, `!server=user/name`, `!service=`. */
export type FilterKind = 'user' | 'group' | 'server' | 'service'

/** For each base scope: everything (true), or only what the filters name. */
export type ScopeSet = ReadonlyMap<string, true | ScopeFilters>

export type ScopeFilters = Readonly<Partial<Record<FilterKind, ReadonlySet<string>>>>
