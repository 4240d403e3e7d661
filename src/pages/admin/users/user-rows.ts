import { isoTime } from '../../../base/clock.ts'
import { isAdmin } from '../../../hub/identity/owner-scopes.ts'
import { keys } from '../../../hub/keys.ts'
import type { KnownUser } from '../../../hub/users/people.ts'
import type { UserPage } from '../../../hub/users/user-list.ts'
import type { Principal } from '../../../model/principal.ts'
import type { ServerRecord } from '../../../model/server.ts'
import { isActive } from '../../../model/server.ts'
import type { UserRow } from '../../../views/admin/users/users-table.ts'
import type { Visit } from '../../visit.ts'
import { permissions } from '../permissions.ts'
import { serverActions } from './server-actions.ts'

function rowOf(
  visit: Visit,
  principal: Principal,
  { record: user, lastActivity }: KnownUser,
  servers: readonly ServerRecord[],
): UserRow {
  const { config, deps } = visit
  const may = permissions(principal, user)
  const own = servers.find(({ name }) => name === '')
  const named = servers.filter((one) => one.name !== '' && isActive(one))
  const actions = serverActions(visit, may, { user: user.name, server: '' }, own)
  const active = () => isoTime(deps.activity.latestOfUser(user.id, lastActivity))
  return {
    id: user.id,
    name: user.name,
    admin: isAdmin(config, user),
    groups: may.user('read:users:groups') ? user.groups : undefined,
    lastActivity: may.user('read:users:activity') ? active() : undefined,
    created: may.user('read:users') ? isoTime(user.created) : undefined,
    named: named.filter(({ name }) => may.server('read:servers', name)).length,
    ...actions,
    state: may.server('read:servers', '') ? actions.state : undefined,
  }
}

/** Rows for the users of a page, with the servers of all of them in one read. */
export async function rowsOf(
  visit: Visit,
  principal: Principal,
  { items, activeServers }: Pick<UserPage, 'items' | 'activeServers'>,
): Promise<UserRow[]> {
  // All at once, as the users may change while their servers are read.
  const people = items.map(({ record, lastActivity, gone }) => {
    const names = [...new Set(['', ...activeServers(record.name)])]
    return { user: { record, lastActivity, gone }, names }
  })
  const wanted = people.flatMap(({ user, names }) =>
    names.map((name) => keys.server(user.record.name, name)),
  )
  const found = await visit.deps.hub.store.getMany<ServerRecord>(wanted)
  let next = 0
  return people.map(({ user, names }) => {
    const servers = names.flatMap(() => found[next++]?.value ?? [])
    return rowOf(visit, principal, user, servers)
  })
}
