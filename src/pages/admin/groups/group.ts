import { requireScope } from '../../../auth/require-scope.ts'
import { HubgateError } from '../../../base/errors.ts'
import { allows } from '../../../model/allows.ts'
import type { JsonObject } from '../../../model/json.ts'
import type { GroupPageProps } from '../../../views/admin/groups/group-page.ts'
import { groupPage } from '../../../views/admin/groups/group-page.ts'
import { bodyOf, callApi } from '../../api-client.ts'
import { page, redirect } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberForm, memberPage } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { caseless, groupApiPath, isAddressable, offsetOf } from './group-names.ts'

/** Members on a page. */
const PAGE = 100

interface GroupModel {
  users?: readonly string[]
  properties?: JsonObject
  roles?: readonly string[]
}

/** What was typed into a form of the page and could not be done, and why. */
export interface GroupFault {
  status: number
  error: string
  /** As it was typed into the form to add members. */
  users?: string
  /** As it was typed into the form of the properties. */
  properties?: string
}

/**
 * The group that the address names.
 * @throws HubgateError `not_found` for a name that no address has
 */
export function groupNameOf({ c }: Visit): string {
  const name = c.req.param('name') ?? ''
  if (!isAddressable(name)) throw new HubgateError('not_found', `No such group: ${name}`)
  return name
}

function membersOn(
  { c }: Visit,
  users: readonly string[],
  fault: GroupFault | undefined,
): NonNullable<GroupPageProps['members']> {
  const search = c.req.query('find') ?? ''
  const wanted = caseless(search)
  const found = search === '' ? users : users.filter((user) => caseless(user).includes(wanted))
  const lastPage = Math.max(0, Math.ceil(found.length / PAGE) - 1) * PAGE
  const offset = Math.min(offsetOf(c.req.query('offset')), lastPage)
  const draft = fault?.users === undefined ? undefined : { users: fault.users, error: fault.error }
  return {
    total: users.length,
    shown: found.slice(offset, offset + PAGE),
    offset,
    limit: PAGE,
    found: found.length,
    search,
    draft,
  }
}

function propertiesOn(
  properties: JsonObject,
  fault: GroupFault | undefined,
): NonNullable<GroupPageProps['properties']> {
  if (fault?.properties === undefined) return { text: JSON.stringify(properties, null, 2) }
  return { text: fault.properties, error: fault.error }
}

/** The group's page; with what could not be done, where something could not. */
export async function answerGroup(
  visit: Visit,
  member: SignedIn,
  fault?: GroupFault,
): Promise<Response> {
  const { c, hubPath } = visit
  const { principal, viewer } = member
  const name = groupNameOf(visit)
  const model = bodyOf(await callApi<GroupModel>(visit, member, 'GET', groupApiPath(name)))
  const holds = (scope: string): boolean =>
    allows(principal.scopes, scope, { group: name }) === 'yes'
  const { users, properties, roles } = model
  const props: GroupPageProps = {
    hubPath,
    viewer,
    name,
    roles,
    members: users && membersOn(visit, users, fault),
    properties: properties && propertiesOn(properties, fault),
    mayChange: holds('groups'),
    mayDelete: holds('delete:groups'),
    done: c.req.query('done'),
  }
  return page(groupPage(props), { status: fault?.status ?? 200 })
}

/** One group as far as the visitor may see it. */
export const showGroup = memberPage((visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  return answerGroup(visit, member)
})

/** Deletes a group; its members stay. */
export const deleteGroup = memberForm(async (visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  bodyOf(await callApi(visit, member, 'DELETE', groupApiPath(groupNameOf(visit))))
  return redirect(`${visit.hubPath}admin/groups?done=group-deleted`, { status: 303 })
})
