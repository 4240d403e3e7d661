import { seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { membersOf } from '../../hub/groups/groups.ts'
import { listServerPage } from '../../hub/servers/server-list.ts'
import type { Owners, Position } from '../../hub/servers/server-places.ts'
import { ownerOfServer } from '../../model/scope-filters.ts'
import type { ScopeFilters } from '../../model/scope-set.ts'
import { normalizeUsername } from '../../model/username.ts'
import { json } from '../answer.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { urlWith } from '../pagination.ts'
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
  const [user = '', server = null, ...rest] = decodeCursor(after)
  if (user === '' || rest.length > 0) {
    throw new HubgateError(
      'bad_request',
      'This is no cursor of this list: take `next` of the page before.',
    )
  }
  return { user, server }
}

function cursorOf({ user, server }: Position): string {
  return encodeCursor(server === null ? [user] : [user, server])
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
  handle: async ({ deps, hub, principal, query, request }) => {
    const { api_page_default_limit, api_page_max_limit, public_url } = hub.snapshot().config
    const wanted = query.limit ?? api_page_default_limit
    const limit = Math.min(Math.max(wanted, 1), api_page_max_limit)
    const user = query.user === undefined ? undefined : normalizeUsername(query.user)
    const { scopes } = principal
    const page = await listServerPage(hub, deps.activity, {
      state: query.state,
      idleMs: query.idle_for === undefined ? undefined : seconds(query.idle_for),
      owners: await ownersOf(hub, scopes.get(SCOPE) ?? {}, user),
      limit,
      after: positionOf(query.after),
      only: (owner, server) => seesServer(scopes, SCOPE, owner, server),
    })
    const items = page.items.map((item) => {
      return { ...modelOf(deps, principal, item), user: item.owner.name }
    })
    if (page.next === undefined) return json({ items, _pagination: { limit, next: null } })
    const after = cursorOf(page.next)
    const next = { after, limit, url: urlWith(request, public_url, { after, limit }) }
    return json({ items, _pagination: { limit, next } })
  },
})
