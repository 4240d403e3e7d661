import { requireScope } from '../../../auth/require-scope.ts'
import { HubgateError } from '../../../base/errors.ts'
import { requestStart, requestStop } from '../../../hub/servers/servers.ts'
import { escapePath } from '../../../model/server-url.ts'
import { readUsersView, usersHref } from '../../../views/admin/users/users-view.ts'
import type { Done } from '../../../views/notices.ts'
import { field } from '../../form.ts'
import { redirect } from '../../respond.ts'
import type { Target } from '../../servers/target.ts'
import { findTarget, requireOwner } from '../../servers/target.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberForm } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { userAnswer, userOfPath } from './user.ts'
import { usersAnswer } from './users.ts'

async function start({ deps }: Visit, { principal }: SignedIn, target: Target): Promise<Done> {
  requireScope(principal, ['start:servers'], target.resource)
  const user = requireOwner(target)
  const wish = { user, name: target.server, userOptions: undefined, by: principal.name }
  await requestStart(deps.hub, wish)
  return 'server-starting'
}

async function stop(
  { deps }: Visit,
  { principal }: SignedIn,
  target: Target,
  remove: boolean,
): Promise<Done> {
  requireScope(principal, ['delete:servers'], target.resource)
  const { user, server } = target
  const left = await requestStop(deps.hub, { user, name: server, remove, by: principal.name })
  if (left === undefined) throw new HubgateError('not_found', 'There is no such server.')
  return remove ? 'server-deleted' : 'server-stopping'
}

function act(visit: Visit, member: SignedIn, target: Target, verb: string) {
  switch (verb) {
    case 'start':
      return start(visit, member, target)
    case 'stop':
      return stop(visit, member, target, false)
    case 'delete':
      return stop(visit, member, target, true)
    default:
      throw new HubgateError('bad_request', 'Choose what to do with the server.')
  }
}

/** Back to the list of users in the view that it had, or to the user's page. */
function backTo({ hubPath }: Visit, user: string, view: string | undefined, done: Done): Response {
  const list =
    view === undefined ? '' : usersHref(hubPath, readUsersView(new URLSearchParams(view)))
  const href = view === undefined ? `${hubPath}admin/users/${escapePath(user)}` : list
  return redirect(`${href}${href.includes('?') ? '&' : '?'}done=${done}`, { status: 303 })
}

/** Starts, stops or deletes somebody's server; it does not wait until that is over. */
export const changeServer = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const user = userOfPath(visit)
  const view = field(form, 'view')
  const target = await findTarget(visit, user, field(form, 'server') ?? '')
  try {
    const done = await act(visit, member, target, field(form, 'do') ?? '')
    return backTo(visit, user, view, done)
  } catch (error) {
    if (!(error instanceof HubgateError) || error.status >= 500) throw error
    const why = { status: error.status, error: error.message }
    if (view === undefined) return userAnswer(visit, member, user, why)
    return usersAnswer(visit, member, readUsersView(new URLSearchParams(view)), why)
  }
})
