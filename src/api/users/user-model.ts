import { isoTime } from '../../base/clock.ts'
import type { Config } from '../../config/schema.ts'
import { directRoles, isAdmin } from '../../hub/identity/owner-scopes.ts'
import type { ServerRecord } from '../../model/server.ts'
import { isReady, pendingOf } from '../../model/server.ts'
import { serverPrefix } from '../../model/server-url.ts'
import type { UserRecord } from '../../model/user.ts'
import type { ServerModel } from '../servers/server-model.ts'
import type { UserView } from './user-view.ts'

/** What a user model is made of. */
export interface UserFacts {
  user: UserRecord
  /** Milliseconds since the epoch, or null when there was none. */
  lastActivity: number | null
  /** The default server; undefined stands for one that does not run. */
  defaultServer?: ServerRecord | undefined
  /** The servers that the caller sees, by name. */
  servers?: Readonly<Record<string, ServerModel>>
}

const NO_SERVERS = {}

/**
 * JupyterHub's user model as far as the scopes show it (wire-contract §1.5).
 * @returns undefined when they show nothing of the user
 */
export function userModel(
  { user, lastActivity, defaultServer, servers = NO_SERVERS }: UserFacts,
  config: Config,
  view: UserView,
): Record<string, unknown> | undefined {
  const shown = view.shownOf(user)
  const isUp = defaultServer !== undefined && isReady(defaultServer)
  const members = {
    ...(shown.admin && { admin: isAdmin(config, user) }),
    ...(shown.user_info && { user_info: null }),
    ...(shown.roles && { roles: directRoles(config, user) }),
    ...(shown.groups && { groups: user.groups }),
    ...(shown.server && { server: isUp ? serverPrefix(config.base_url, user.name, '') : null }),
    ...(shown.pending && {
      pending: defaultServer === undefined ? null : pendingOf(defaultServer),
    }),
    ...(shown.created && { created: isoTime(user.created) }),
    ...(shown.last_activity && { last_activity: isoTime(lastActivity) }),
    ...(shown.auth_state && { auth_state: null }),
    ...((shown.servers || Object.keys(servers).length > 0) && { servers }),
  }
  return Object.keys(members).length === 0
    ? undefined
    : { kind: 'user', name: user.name, ...members }
}
