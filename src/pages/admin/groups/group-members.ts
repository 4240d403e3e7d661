import { requireScope } from '../../../auth/require-scope.ts'
import { groupHref } from '../../../views/admin/groups/group-href.ts'
import { bodyOf, callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { redirect } from '../../respond.ts'
import { memberForm } from '../../signed-in.ts'
import { answerGroup, groupNameOf } from './group.ts'
import { groupApiPath, namesIn, offsetOf } from './group-names.ts'

/** Adds users to a group: all that are named, or none when there is one that does not exist. */
export const addMembers = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const name = groupNameOf(visit)
  const users = field(form, 'users') ?? ''
  const names = namesIn(users)
  if (names.length === 0) {
    return answerGroup(visit, member, { status: 400, error: 'Name somebody to add.', users })
  }
  const path = `${groupApiPath(name)}/users`
  const answer = await callApi(visit, member, 'POST', path, { json: { users: names } })
  if (!answer.ok) {
    const error = `Nobody was added. ${answer.message}`
    return answerGroup(visit, member, { status: answer.status, error, users })
  }
  return redirect(`${groupHref(visit.hubPath, name)}?done=members-added`, { status: 303 })
})

/** Takes somebody out of a group, and leads back to the same part of its members. */
export const removeMember = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const name = groupNameOf(visit)
  const json = { users: [field(form, 'user') ?? ''] }
  bodyOf(await callApi(visit, member, 'DELETE', `${groupApiPath(name)}/users`, { json }))
  const find = field(form, 'find') ?? ''
  const offset = offsetOf(field(form, 'offset'))
  const query = new URLSearchParams({
    ...(find === '' ? {} : { find }),
    ...(offset === 0 ? {} : { offset: String(offset) }),
    done: 'member-removed',
  })
  return redirect(`${groupHref(visit.hubPath, name)}?${query.toString()}`, { status: 303 })
})
