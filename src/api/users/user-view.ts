import type { Resource } from '../../model/allows.ts'
import { allows } from '../../model/allows.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { fullName } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'

/** The members of a user's model, and the scopes of which one shows each (wire-contract §1.5). */
const REVEALED_BY = {
  admin: ['read:users', 'read:users:name', 'read:roles:users'],
  user_info: ['read:users', 'read:users:name'],
  roles: ['read:users', 'read:roles:users'],
  groups: ['read:users', 'read:users:groups'],
  server: ['read:users'],
  pending: ['read:users'],
  created: ['read:users'],
  last_activity: ['read:users', 'read:users:activity'],
  auth_state: ['admin:auth_state'],
  servers: ['read:servers'],
} as const

const MEMBERS = Object.entries(REVEALED_BY)
const SCOPES = new Set<string>([...MEMBERS.flatMap(([, scopes]) => scopes), 'admin:server_state'])

/** Which members of a user's model somebody sees. */
export type Shown = Readonly<Record<keyof typeof REVEALED_BY, boolean>>

/** A user as a resource that scopes are held for. */
export function userResource(user: Pick<UserRecord, 'name' | 'groups'>): Resource {
  return { user: user.name, groupsOfUser: user.groups }
}

/** Whether scopes show one of a user's servers. */
export function seesServer(
  scopes: ScopeSet,
  scope: string,
  user: UserRecord,
  name: string,
): boolean {
  const held = scopes.get(scope)
  if (held === undefined || held === true) return held === true
  const resource = { ...userResource(user), server: fullName(user.name, name) }
  return allows(scopes, scope, resource) === 'yes'
}

function shownBy(scopes: ScopeSet, resource: Resource): Shown {
  const holds = (scope: string) => allows(scopes, scope, resource) === 'yes'
  const shown = MEMBERS.map(([member, revealing]) => [member, revealing.some(holds)])
  return Object.fromEntries(shown) as Shown
}

/** What somebody's scopes show of users. */
export class UserView {
  readonly scopes: ScopeSet
  /** Whether servers are shown of anybody. */
  readonly readsServers: boolean
  /**
   * Equal for views that show the same of every user alike; undefined when it depends on the user,
   * because a scope has a filter.
   */
  readonly kind: string | undefined
  readonly #always: Shown | undefined

  constructor(scopes: ScopeSet) {
    this.scopes = scopes
    this.readsServers = scopes.has('read:servers') || scopes.has('read:users')
    const isFiltered = [...SCOPES].some((scope) => typeof scopes.get(scope) === 'object')
    if (isFiltered) return
    this.#always = shownBy(scopes, {})
    this.kind = Object.values(this.#always).map(Number).join('')
  }

  shownOf(user: UserRecord): Shown {
    return this.#always ?? shownBy(this.scopes, userResource(user))
  }
}

const views = new WeakMap<ScopeSet, UserView>()

/** The view that scopes give. */
export function viewOf(scopes: ScopeSet): UserView {
  const known = views.get(scopes)
  if (known !== undefined) return known
  const view = new UserView(scopes)
  views.set(scopes, view)
  return view
}
