import { isoTime } from '../../base/clock.ts'
import type { Resource } from '../../model/allows.ts'
import { allows } from '../../model/allows.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { ServerRecord } from '../../model/server.ts'
import { fullName, isReady, pendingOf } from '../../model/server.ts'
import { serverPrefix } from '../../model/server-url.ts'
import type { UserRecord } from '../../model/user.ts'
import type { ServerModel } from '../servers/server-model.ts'

/** What a user model is made of. */
interface UserFacts {
  user: UserRecord
  admin: boolean
  /** The roles that are directly the user's. */
  roles: readonly string[]
  lastActivity: number | null
  defaultServer: ServerRecord | undefined
  /** The servers that the caller sees, by name. */
  servers: Readonly<Record<string, ServerModel>>
  baseUrl: string
}

/** A user as a resource that scopes are held for. */
export function userResource(user: UserRecord): Resource {
  return { user: user.name, groupsOfUser: user.groups }
}

/** Whether scopes show one of a user's servers. */
export function seesServer(
  scopes: ScopeSet,
  scope: string,
  user: UserRecord,
  name: string,
): boolean {
  const resource = { ...userResource(user), server: fullName(user.name, name) }
  return allows(scopes, scope, resource) === 'yes'
}

type Member = [key: string, revealedBy: readonly string[], value: () => unknown]

function members(facts: UserFacts): Member[] {
  const { user, defaultServer, baseUrl } = facts
  return [
    ['admin', ['read:users', 'read:users:name', 'read:roles:users'], () => facts.admin],
    ['user_info', ['read:users', 'read:users:name'], () => null],
    ['roles', ['read:users', 'read:roles:users'], () => facts.roles],
    ['groups', ['read:users', 'read:users:groups'], () => user.groups],
    [
      'server',
      ['read:users'],
      () =>
        defaultServer !== undefined && isReady(defaultServer)
          ? serverPrefix(baseUrl, user.name, '')
          : null,
    ],
    [
      'pending',
      ['read:users'],
      () => (defaultServer === undefined ? null : pendingOf(defaultServer)),
    ],
    ['created', ['read:users'], () => isoTime(user.created)],
    ['last_activity', ['read:users', 'read:users:activity'], () => isoTime(facts.lastActivity)],
    ['auth_state', ['admin:auth_state'], () => null],
  ]
}

/**
 * JupyterHub's user model as far as the scopes show it (wire-contract §1.5).
 * @returns undefined when they show nothing of the user
 */
export function userModel(facts: UserFacts, scopes: ScopeSet): Record<string, unknown> | undefined {
  const resource = userResource(facts.user)
  const holds = (scope: string) => allows(scopes, scope, resource) === 'yes'
  const shown: [string, unknown][] = members(facts)
    .filter(([, revealedBy]) => revealedBy.some(holds))
    .map(([key, , value]) => [key, value()])
  if (holds('read:servers') || Object.keys(facts.servers).length > 0) {
    shown.push(['servers', facts.servers])
  }
  if (shown.length === 0) return undefined
  return { kind: 'user', name: facts.user.name, ...Object.fromEntries(shown) }
}
