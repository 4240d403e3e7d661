import { requireScope } from '../../../auth/require-scope.ts'
import { HubgateError } from '../../../base/errors.ts'
import { listServers } from '../../../hub/servers/servers.ts'
import { findUser } from '../../../hub/users/users.ts'
import type { UserRecord } from '../../../model/user.ts'
import { normalizeUsername } from '../../../model/username.ts'
import type { UserDeeds, UserPageProps } from '../../../views/admin/users/user-page.ts'
import { userPage } from '../../../views/admin/users/user-page.ts'
import type { UserServer } from '../../../views/admin/users/user-servers.ts'
import { bodyOf, callApi } from '../../api-client.ts'
import { page } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberPage } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { userPath } from '../api-paths.ts'
import type { Permissions } from '../permissions.ts'
import { permissions } from '../permissions.ts'
import { serverActions } from './server-actions.ts'
import { offeredGroups } from './users.ts'

/** The API's user model, as far as it shows the user to the viewer. */
interface UserModel {
  name: string
  admin?: boolean
  groups?: string[]
  created?: string
  last_activity?: string | null
  servers?: Record<string, { name: string; display_name: string; last_activity: string | null }>
}

/** The name in a path, in its one spelling. */
export function userOfPath({ c }: Visit): string {
  return normalizeUsername(c.req.param('name') ?? '')
}

/**
 * Somebody whom the viewer may see.
 * @throws HubgateError as the API does; `not_found`
 */
async function readUser(
  visit: Visit,
  member: SignedIn,
  name: string,
): Promise<{ user: UserRecord; model: UserModel }> {
  const path = `${userPath(name)}?include_stopped_servers=1`
  const model = bodyOf(await callApi<UserModel>(visit, member, 'GET', path))
  const user = await findUser(visit.deps.hub, name)
  if (user === undefined) throw new HubgateError('not_found')
  return { user, model }
}

async function serversOf(
  visit: Visit,
  may: Permissions,
  user: string,
  { servers = {} }: UserModel,
): Promise<UserServer[]> {
  const records = await listServers(visit.deps.hub, user)
  return Object.values(servers).map(({ name, display_name, last_activity }) => {
    const record = records.find((one) => one.name === name)
    return {
      name,
      displayName: display_name,
      lastActivity: last_activity,
      mayDelete: name !== '' && may.server('delete:servers', name),
      ...serverActions(visit, may, { user, server: name }, record),
    }
  })
}

/** @param admin whether the user is one: only admins touch admins */
function deedsOf({ principal }: SignedIn, may: Permissions, admin: boolean): UserDeeds {
  const isInReach = principal.admin || !admin
  return {
    change: isInReach && may.user('admin:users'),
    admin: principal.admin && may.user('admin:users'),
    groups: principal.scopes.has('groups'),
    tokens: may.user('read:tokens'),
    delete: isInReach && may.user('delete:users'),
  }
}

/**
 * The page of a user.
 * @param extras why something was not done, with what was typed
 * @throws HubgateError as the API does when the viewer may not see them
 */
export async function userAnswer(
  visit: Visit,
  member: SignedIn,
  name: string,
  extras: Pick<UserPageProps, 'error' | 'typed'> & { status?: number } = {},
): Promise<Response> {
  const { c, deps, hubPath } = visit
  const { principal, viewer } = member
  const { status = 200, ...shown } = extras
  const { user, model } = await readUser(visit, member, name)
  const may = permissions(principal, user)
  const body = userPage({
    ...shown,
    hubPath,
    viewer,
    now: deps.hub.clock.now(),
    name: user.name,
    admin: model.admin,
    groups: model.groups,
    created: model.created,
    lastActivity: model.last_activity,
    servers: await serversOf(visit, may, user.name, model),
    may: deedsOf(member, may, model.admin ?? false),
    offered: await offeredGroups(visit, principal),
    done: c.req.query('done'),
  })
  return page(body, { status })
}

/** One user, to whom the API shows them. */
export const showUser = memberPage((visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  return userAnswer(visit, member, userOfPath(visit))
})
