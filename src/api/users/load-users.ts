import { configuredRoles, isAdmin } from '../../hub/owner-scopes.ts'
import { listServers } from '../../hub/servers.ts'
import { rolesOfUser } from '../../model/roles.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { ServerRecord } from '../../model/server.ts'
import { isActive } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import type { ApiDeps } from '../deps.ts'
import type { Place } from '../servers/server-model.ts'
import { serverModel, untouchedServer } from '../servers/server-model.ts'
import { seesServer, userModel } from './user-model.ts'

/** Where models say that the gateway is. */
export function placeOf(deps: ApiDeps): Place {
  const { base_url, public_url } = deps.hub.snapshot().config
  return { baseUrl: base_url, publicUrl: public_url }
}

interface Shown {
  user: UserRecord
  servers: ServerRecord[]
}

function visibleServers(
  { user, servers }: Shown,
  scopes: ScopeSet,
  includeStopped: boolean,
): ServerRecord[] {
  const touched = servers.some((server) => server.name === '')
  const all = touched ? servers : [untouchedServer(user), ...servers]
  return all.filter(
    (server) =>
      (includeStopped || isActive(server)) && seesServer(scopes, 'read:servers', user, server.name),
  )
}

/** What the servers' members need: one read of the activity of all of them. */
async function serverModels(
  deps: ApiDeps,
  scopes: ScopeSet,
  lists: readonly { user: UserRecord; servers: readonly ServerRecord[] }[],
) {
  const ids = lists.flatMap(({ user, servers }) =>
    servers.map((server) => [user.id, server.name] as const),
  )
  const activities = ids.length === 0 ? [] : await deps.activity.lastOfMany('server', ids)
  const place = placeOf(deps)
  let next = 0
  return lists.map(({ user, servers }) =>
    servers.map((server) => {
      const lastActivity = activities[next++] ?? null
      const showState = seesServer(scopes, 'admin:server_state', user, server.name)
      return serverModel(server, { lastActivity, showState }, place)
    }),
  )
}

/**
 * The models of users as far as the scopes show them, in their order; undefined for those of whom
 * they show nothing. Servers come from the cache, activities in one read each.
 */
export async function loadUsers(
  deps: ApiDeps,
  scopes: ScopeSet,
  users: readonly UserRecord[],
  includeStopped = false,
): Promise<(Record<string, unknown> | undefined)[]> {
  const { hub, activity } = deps
  const readsServers = scopes.has('read:servers') || scopes.has('read:users')
  const shown: Shown[] = await Promise.all(
    users.map(async (user) => {
      return { user, servers: readsServers ? await listServers(hub, user.name) : [] }
    }),
  )
  const lists = shown.map((one) => {
    return { user: one.user, servers: visibleServers(one, scopes, includeStopped) }
  })
  const models = await serverModels(deps, scopes, lists)
  const readsActivity = scopes.has('read:users:activity')
  const ids = users.map((user) => user.id)
  const activities = readsActivity ? await activity.lastOfMany('user', ids) : []
  const { config } = hub.snapshot()
  const configured = configuredRoles(config)
  return shown.map(({ user, servers }, i) => {
    const facts = {
      user,
      admin: isAdmin(config, user),
      roles: rolesOfUser(configured, { ...user, groups: [] }),
      lastActivity: activities[i] ?? null,
      defaultServer: servers.find((server) => server.name === ''),
      servers: Object.fromEntries((models[i] ?? []).map((model) => [model.name, model])),
      baseUrl: config.base_url,
    }
    return userModel(facts, scopes)
  })
}

/** The model of one user; `{}` when the scopes show nothing of them (wire-contract §1.5). */
export async function loadUser(
  deps: ApiDeps,
  scopes: ScopeSet,
  user: UserRecord,
  includeStopped = false,
): Promise<Record<string, unknown>> {
  const [model] = await loadUsers(deps, scopes, [user], includeStopped)
  return model ?? {}
}
