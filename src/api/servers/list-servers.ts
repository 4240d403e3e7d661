import { seconds } from '../../base/clock.ts'
import type { HubContext } from '../../hub/context.ts'
import { membersOf } from '../../hub/groups/groups.ts'
import { listServerPage } from '../../hub/servers/server-list.ts'
import type { Owners, Position } from '../../hub/servers/server-places.ts'
import { ownerOfServer } from '../../model/scope-filters.ts'
import type { ScopeFilters } from '../../model/scope-set.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { Key } from '../../store/port.ts'
import { json } from '../answer.ts'
import { decodeCursor } from '../cursor.ts'
import { cursorPage, limitOf } from '../cursor-page.ts'
import { endpoint } from '../route.ts'
import { seesServer } from '../users/user-view.ts'
import { modelOf } from './load-servers.ts'
import { serverPage, serversQuery } from './schemas.ts'

const SCOPE = 'read:servers'

/** Whose servers filters show, and of whom only some. */
async function ownersIn(hub: HubContext, filters: ScopeFilters): Promise<Owners> {
  const owners = new Map<string, true | Set<string>>()
  for (const server of filters.server ?? []) {
    const user = ownerOfServer(server)
    const known = owners.get(user)
    const names = known === undefined || known === true ? new Set<string>() : known
    owners.set(user, names.add(server.slice(user.length + 1)))
  }
  for (const user of filters.user ?? []) owners.set(user, true)
  for (const group of filters.group ?? []) {
    for (const member of await membersOf(hub, group)) owners.set(member, true)
  }
  return owners
}

/** Those whose servers are looked at: of whom the caller sees servers, and of them only one if named. */
async function ownersOf(
  hub: HubContext,
  held: true | ScopeFilters,
  user: string | undefined,
): Promise<Owners | undefined> {
  if (held === true) return user === undefined ? undefined : new Map([[user, true]])
  const owners = await ownersIn(hub, held)
  if (user === undefined) return owners
  const only = owners.get(user)
  return only === undefined ? new Map() : new Map([[user, only]])
}

/** @throws HubgateError `bad_request` for a cursor that is none of this list */
function positionOf(after: string | undefined): Position | undefined {
  if (after === undefined) return undefined
  const fits = (key: Key) => key[0] !== '' && key.length <= 2
  const [user = '', server = null] = decodeCursor(after, fits)
  return { user, server }
}

function keyOf({ user, server }: Position): Key {
  return server === null ? [user] : [user, server]
}

/**
 * `GET /servers`, hubgate's own: the servers of all whom the caller sees, so that nobody needs the
 * list of all users to find the idle ones.
 */
export const listServersEndpoint = endpoint({
  summary:
    "List servers of all users by their state and how long they were not used (hubgate's own)",
  query: serversQuery,
  answers: { 200: { description: 'The servers.', schema: serverPage } },
  handle: async (call) => {
    const { deps, hub, principal, query } = call
    const user = query.user === undefined ? undefined : normalizeUsername(query.user)
    const { scopes } = principal
    const page = await listServerPage(hub, deps.activity, {
      state: query.state,
      idleMs: query.idle_for === undefined ? undefined : seconds(query.idle_for),
      owners: await ownersOf(hub, scopes.get(SCOPE) ?? {}, user),
      limit: limitOf(call),
      after: positionOf(query.after),
      only: (owner, server) => seesServer(scopes, SCOPE, owner, server),
    })
    const items = page.items.map((item) => {
      return { ...modelOf(deps, principal, item), user: item.owner.name }
    })
    return json(cursorPage(call, items, page.next && keyOf(page.next)))
  },
})
