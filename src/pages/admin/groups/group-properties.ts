import { requireScope } from '../../../auth/require-scope.ts'
import { groupHref } from '../../../views/admin/groups/group-href.ts'
import { callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { redirect } from '../../respond.ts'
import { memberForm } from '../../signed-in.ts'
import { answerGroup, groupNameOf } from './group.ts'
import { groupApiPath } from './group-names.ts'

type Read = { json: object } | { error: string }

function readObject(text: string): Read {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { error: `This is not JSON: ${(error as SyntaxError).message}.` }
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { json }
  return { error: 'Properties must be a JSON object: { … }.' }
}

/** Replaces a group's properties by what was typed, when it is a JSON object. */
export const saveProperties = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const name = groupNameOf(visit)
  const properties = field(form, 'properties') ?? ''
  const read = readObject(properties)
  if ('error' in read) {
    return answerGroup(visit, member, { status: 400, error: read.error, properties })
  }
  const path = `${groupApiPath(name)}/properties`
  const answer = await callApi(visit, member, 'PUT', path, { json: read.json })
  if (!answer.ok) {
    return answerGroup(visit, member, { status: answer.status, error: answer.message, properties })
  }
  return redirect(`${groupHref(visit.hubPath, name)}?done=group-changed`, { status: 303 })
})
