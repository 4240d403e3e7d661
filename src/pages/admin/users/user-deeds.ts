import { requireScope } from '../../../auth/require-scope.ts'
import { escapePath } from '../../../model/server-url.ts'
import { normalizeUsername } from '../../../model/username.ts'
import type { Done } from '../../../views/notices.ts'
import type { ApiAnswer } from '../../api-client.ts'
import { callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { redirect } from '../../respond.ts'
import { memberForm } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { membersPath, userPath } from '../api-paths.ts'
import { userAnswer, userOfPath } from './user.ts'

/** The page of a user, with what was just done. */
function toUser({ hubPath }: Visit, name: string, done: Done): Response {
  return redirect(`${hubPath}admin/users/${escapePath(name)}?done=${done}`, { status: 303 })
}

function refused(answer: ApiAnswer<unknown>): { status: number; error: string } | undefined {
  return answer.ok ? undefined : { status: answer.status, error: answer.message }
}

/** Gives a user another name. */
export const renameUser = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const user = userOfPath(visit)
  const typed = field(form, 'name') ?? ''
  const name = normalizeUsername(typed.trim())
  const why = refused(await callApi(visit, member, 'PATCH', userPath(user), { json: { name } }))
  if (why !== undefined) return userAnswer(visit, member, user, { ...why, typed: { name: typed } })
  return toUser(visit, name, 'user-changed')
})

/** Makes a user an admin, or takes that away. */
export const setAdmin = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const user = userOfPath(visit)
  const json = { admin: field(form, 'admin') === 'yes' }
  const why = refused(await callApi(visit, member, 'PATCH', userPath(user), { json }))
  if (why !== undefined) return userAnswer(visit, member, user, why)
  return toUser(visit, user, 'user-changed')
})

/** Puts a user into a group, or takes them out of one. */
export const setGroup = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const user = userOfPath(visit)
  const join = field(form, 'join')?.trim()
  const group = join ?? field(form, 'leave') ?? ''
  const method = join === undefined ? 'DELETE' : 'POST'
  const json = { users: [user] }
  const why = refused(await callApi(visit, member, method, membersPath(group), { json }))
  if (why !== undefined) return userAnswer(visit, member, user, { ...why, typed: { group: join } })
  return toUser(visit, user, 'user-changed')
})

/** Deletes a user with all that is theirs. */
export const deleteUser = memberForm(async (visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const user = userOfPath(visit)
  const why = refused(await callApi(visit, member, 'DELETE', userPath(user)))
  if (why !== undefined) return userAnswer(visit, member, user, why)
  return redirect(`${visit.hubPath}admin?done=user-deleted`, { status: 303 })
})
