import { listServers } from '../../hub/servers/servers.ts'
import type { KnownUser } from '../../hub/users/people.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { ServerRecord } from '../../model/server.ts'
import { isActive } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import type { ApiDeps } from '../deps.ts'
import type { Place } from '../servers/server-model.ts'
import { serverModel, untouchedServer } from '../servers/server-model.ts'
import { userModel } from './user-model.ts'
import type { UserView } from './user-view.ts'
import { seesServer, viewOf } from './user-view.ts'

/** Where models say that the gateway is. */
export function placeOf(deps: ApiDeps): Place {
  const { base_url, public_url } = deps.hub.snapshot().config
  return { baseUrl: base_url, publicUrl: public_url }
}

/** A user whose model is wanted. */
export type Wanted = Pick<KnownUser, 'record' | 'lastActivity'>

interface Shown extends Wanted {
  /** Those that the caller sees. */
  servers: ServerRecord[]
}

function visibleServers(
  user: UserRecord,
  servers: readonly ServerRecord[],
  scopes: ScopeSet,
  includeStopped: boolean,
): ServerRecord[] {
  const active = includeStopped ? servers : servers.filter(isActive)
  const touched = servers.some((server) => server.name === '')
  const all = touched || !includeStopped ? active : [untouchedServer(user), ...active]
  return all.filter((server) => seesServer(scopes, 'read:servers', user, server.name))
}

/** What the servers' members need: one read of the activity of all of them. */
async function serverModels(deps: ApiDeps, { scopes }: UserView, lists: readonly Shown[]) {
  const ids = lists.flatMap(({ record, servers }) =>
    servers.map((server) => [record.id, server.name] as const),
  )
  const activities = ids.length === 0 ? [] : await deps.activity.lastOfMany('server', ids)
  const place = placeOf(deps)
  let next = 0
  return lists.map(({ record, servers }) =>
    servers.map((server) => {
      const lastActivity = activities[next++] ?? null
      const showState = seesServer(scopes, 'admin:server_state', record, server.name)
      return serverModel(server, { lastActivity, showState }, place)
    }),
  )
}

async function modelsOf(
  deps: ApiDeps,
  view: UserView,
  lists: readonly Shown[],
): Promise<(Record<string, unknown> | undefined)[]> {
  const models = await serverModels(deps, view, lists)
  const { config } = deps.hub.snapshot()
  return lists.map(({ record, lastActivity, servers }, i) => {
    const facts = {
      user: record,
      lastActivity,
      defaultServer: servers.find((server) => server.name === ''),
      servers: Object.fromEntries((models[i] ?? []).map((model) => [model.name, model])),
    }
    return userModel(facts, config, view)
  })
}

async function withServers(
  deps: ApiDeps,
  { scopes, readsServers }: UserView,
  user: Wanted,
  includeStopped: boolean,
): Promise<Shown> {
  const { record, lastActivity } = user
  const all = readsServers ? await listServers(deps.hub, record.name) : []
  const servers = visibleServers(record, all, scopes, includeStopped)
  return { record, lastActivity, servers }
}

/** The models of users with their servers; undefined for those of whom the scopes show nothing. */
export async function loadModels(
  deps: ApiDeps,
  view: UserView,
  users: readonly Wanted[],
  includeStopped: boolean,
): Promise<(Record<string, unknown> | undefined)[]> {
  const lists = await Promise.all(
    users.map((user) => withServers(deps, view, user, includeStopped)),
  )
  return modelsOf(deps, view, lists)
}

/** The models of new users, who have no servers and were never active. */
export function newUserModels(
  { hub }: ApiDeps,
  scopes: ScopeSet,
  users: readonly UserRecord[],
): Record<string, unknown>[] {
  const { config } = hub.snapshot()
  const view = viewOf(scopes)
  return users.map((user) => userModel({ user, lastActivity: null }, config, view) ?? {})
}

/** The model of one user; `{}` when the scopes show nothing of them (wire-contract §1.5). */
export async function loadUser(
  deps: ApiDeps,
  scopes: ScopeSet,
  user: UserRecord,
  includeStopped = false,
): Promise<Record<string, unknown>> {
  const lastActivity = await deps.activity.lastOfUser(user.id)
  const wanted = { record: user, lastActivity }
  const [model] = await loadModels(deps, viewOf(scopes), [wanted], includeStopped)
  return model ?? {}
}
