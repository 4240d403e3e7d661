import type { FilterKind, ScopeFilters, ScopeSet } from './scope-set.ts'

/** The kinds of resources that a filter may name, in the order in which they are listed. */
export const FILTER_KINDS = ['group', 'server', 'service', 'user'] as const satisfies FilterKind[]

/** The groups that a user is in; empty for a user who does not exist. */
export type GroupsOf = (user: string) => readonly string[]

/**
 * @param server a full name, `user/name`
 * @returns everything before the first `/`, which no user name contains
 */
export function ownerOfServer(server: string): string {
  const slash = server.indexOf('/')
  return slash === -1 ? server : server.slice(0, slash)
}

/**
 * Whether filters reach a resource (wire-contract §3.2): `user` reaches the user's servers too, and
 * `group` the group's members and their servers. Names are compared whole.
 * @param name the resource's name; `user/name` for a server
 */
export function filtersCover(
  filters: ScopeFilters,
  kind: FilterKind,
  name: string,
  groupsOf: GroupsOf,
): boolean {
  if (filters[kind]?.has(name) === true) return true
  if (kind === 'server') return filtersCover(filters, 'user', ownerOfServer(name), groupsOf)
  if (kind !== 'user' || filters.group === undefined) return false
  const { group } = filters
  return groupsOf(name).some((membership) => group.has(membership))
}

type Filters = Partial<Record<FilterKind, Set<string>>>

function copyOf(filters: Filters): Filters {
  const entries = Object.entries(filters).map(([kind, names]) => [kind, new Set(names)])
  return Object.fromEntries(entries) as Filters
}

/**
 * Collects scopes into a {@link ScopeSet}: filters add up, and an unfiltered scope absorbs them.
 * Scopes with the same single filter, as most have, share it.
 */
export class ScopeSetBuilder {
  readonly #scopes = new Map<string, true | Filters>()
  readonly #single = new Map<string, Filters>()
  readonly #shared = new Set<Filters>()

  /** Adds a scope for every resource. */
  addUnfiltered(scope: string): void {
    this.#scopes.set(scope, true)
  }

  /** Adds a scope for one named resource. */
  addFiltered(scope: string, kind: FilterKind, name: string): void {
    const held = this.#scopes.get(scope)
    if (held === true) return
    if (held === undefined) this.#scopes.set(scope, this.#singleFilter(kind, name))
    else if (held[kind]?.has(name) !== true) this.#widen(scope, held, kind, name)
  }

  #singleFilter(kind: FilterKind, name: string): Filters {
    const id = `${kind}=${name}`
    const known = this.#single.get(id)
    if (known !== undefined) return known
    const filters = { [kind]: new Set([name]) }
    this.#single.set(id, filters)
    this.#shared.add(filters)
    return filters
  }

  #widen(scope: string, held: Filters, kind: FilterKind, name: string): void {
    const own = this.#shared.has(held) ? copyOf(held) : held
    own[kind] = (own[kind] ?? new Set()).add(name)
    this.#scopes.set(scope, own)
  }

  /** Adds a scope as another set holds it. */
  add(scope: string, filters: true | ScopeFilters): void {
    if (filters === true) {
      this.addUnfiltered(scope)
      return
    }
    for (const kind of FILTER_KINDS) {
      for (const name of filters[kind] ?? []) this.addFiltered(scope, kind, name)
    }
  }

  /** The scopes added so far. The builder must not be used afterwards. */
  build(): ScopeSet {
    return this.#scopes
  }
}
