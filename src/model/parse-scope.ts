import type { FilterKind } from './scope-set.ts'

/** What a scope is narrowed to; `name` is null for a bare `!user`, `!service` or `!server`. */
export interface ScopeFilter {
  readonly kind: FilterKind
  readonly name: string | null
}

export interface ParsedScope {
  readonly base: string
  /** Null for a scope that reaches every resource. */
  readonly filter: ScopeFilter | null
}

const BARE = /^(user|service|server)$/
/** A name may hold any character, also `!` and `=`: it runs to the end of the string. */
const NAMED = /^(user|group|server|service)=(.+)$/s

function parseFilter(text: string): ScopeFilter | null {
  const named = NAMED.exec(text)
  if (named !== null) return { kind: named[1] as FilterKind, name: named[2] ?? '' }
  return BARE.test(text) ? { kind: text as FilterKind, name: null } : null
}

/**
 * Splits `scope`, `scope!kind=name` or `scope!kind` at the first `!` and the first `=`
 * (wire-contract §3.2). Whether the scope exists is not looked at.
 * @returns null when the filter is of an unknown kind, has no name or is empty (`scope!`)
 */
export function parseScope(raw: string): ParsedScope | null {
  const mark = raw.indexOf('!')
  if (mark === -1) return { base: raw, filter: null }
  const filter = parseFilter(raw.slice(mark + 1))
  return filter === null ? null : { base: raw.slice(0, mark), filter }
}
