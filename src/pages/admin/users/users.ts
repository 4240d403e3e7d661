import { requireScope } from '../../../auth/require-scope.ts'
import { visibleIn } from '../../../auth/visible-in.ts'
import { listGroups } from '../../../hub/groups/groups.ts'
import type { UserPage, UserQuery } from '../../../hub/users/user-list.ts'
import { listUsers } from '../../../hub/users/user-list.ts'
import { allows } from '../../../model/allows.ts'
import type { Principal } from '../../../model/principal.ts'
import type { BulkDeed } from '../../../views/admin/users/bulk-deeds.ts'
import type { UsersPageProps } from '../../../views/admin/users/users-page.ts'
import { usersPage } from '../../../views/admin/users/users-page.ts'
import type { UsersView } from '../../../views/admin/users/users-view.ts'
import { readUsersView } from '../../../views/admin/users/users-view.ts'
import { page } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberPage } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { rowsOf } from './user-rows.ts'

/** Groups that are offered to choose from; any other can be typed. */
const GROUPS_OFFERED = 100

type Sort = UserQuery['sort']

/** Whom of all users a view is about, as far as they are the viewer's to see. */
function onlyOf(principal: Principal, { group }: UsersView): UserQuery['only'] {
  const sees = visibleIn(principal, 'list:users')
  const seesGroups = visibleIn(principal, 'read:users:groups')
  if (sees === undefined && group === '') return undefined
  return ({ name, groups }) => {
    if (group !== '' && !groups.includes(group)) return false
    const resource = { user: name, groupsOfUser: groups }
    // Who is in a group is told to nobody who may not read it of them.
    return (sees?.(resource) ?? true) && (group === '' || (seesGroups?.(resource) ?? true))
  }
}

async function usersIn(
  visit: Visit,
  principal: Principal,
  view: UsersView,
): Promise<{ users: UserPage; view: UsersView }> {
  const list = (offset: number): Promise<UserPage> =>
    listUsers(visit.deps.hub, {
      state: view.state === '' ? undefined : view.state,
      sort: view.sort.replace('-', '') as Sort,
      descending: view.sort.startsWith('-'),
      nameFilter: view.search,
      only: onlyOf(principal, view),
      limit: view.limit,
      offset,
    })
  const users = await list(view.offset)
  if (users.items.length > 0 || view.offset === 0) return { users, view }
  if (users.total === 0) return { users, view: { ...view, offset: 0 } }
  // That page is not there any more: its users are gone, or are not like this any more.
  const offset = Math.floor((users.total - 1) / view.limit) * view.limit
  return { users: await list(offset), view: { ...view, offset } }
}

/** The names of groups that somebody may list, the first of them. */
export async function offeredGroups({ deps }: Visit, principal: Principal): Promise<string[]> {
  if (!principal.scopes.has('list:groups')) return []
  const sees = visibleIn(principal, 'list:groups')
  const only = sees && (({ name }: { name: string }) => sees({ group: name }))
  const { items } = await listGroups(deps.hub, { offset: 0, limit: GROUPS_OFFERED, only })
  return items.map(({ name }) => name)
}

/** What somebody may do to some users at least. */
function deedsOf({ admin, scopes }: Principal): BulkDeed[] {
  return [
    ...(scopes.has('start:servers') ? (['start'] as const) : []),
    ...(scopes.has('delete:servers') ? (['stop'] as const) : []),
    ...(scopes.has('groups') ? (['join', 'leave'] as const) : []),
    ...(admin && scopes.has('admin:users') ? (['make-admin', 'take-admin'] as const) : []),
    ...(scopes.has('delete:users') ? (['delete'] as const) : []),
  ]
}

/**
 * The page of users in a view.
 * @param extras why something was not done, with what was chosen
 */
export async function usersAnswer(
  visit: Visit,
  { principal, viewer }: SignedIn,
  wanted: UsersView,
  extras: Pick<UsersPageProps, 'error' | 'chosen'> & { status?: number } = {},
): Promise<Response> {
  const { c, deps, hubPath } = visit
  const { status = 200, ...shown } = extras
  const { users, view } = await usersIn(visit, principal, wanted)
  const body = usersPage({
    ...shown,
    hubPath,
    viewer,
    now: deps.hub.clock.now(),
    view,
    total: users.total,
    rows: await rowsOf(visit, principal, users),
    groups: await offeredGroups(visit, principal),
    deeds: deedsOf(principal),
    mayCreate: allows(principal.scopes, 'admin:users') === 'yes',
    done: c.req.query('done'),
  })
  return page(body, { status })
}

/** All users that the viewer may list, a page at a time. */
export const showUsers = memberPage((visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const { searchParams } = new URL(visit.c.req.url)
  return usersAnswer(visit, member, readUsersView(searchParams))
})
