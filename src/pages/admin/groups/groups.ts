import { requireScope } from '../../../auth/require-scope.ts'
import { listGroups } from '../../../hub/groups/groups.ts'
import { allows } from '../../../model/allows.ts'
import { groupHref } from '../../../views/admin/groups/group-href.ts'
import type { GroupDraft, GroupItem } from '../../../views/admin/groups/groups-page.ts'
import { groupsPage } from '../../../views/admin/groups/groups-page.ts'
import { bodyOf, callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { page, redirect } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberForm, memberPage } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { caseless, groupApiPath, isAddressable, namesIn, offsetOf } from './group-names.ts'

/** Groups on a page. */
const PAGE = 50

/** Asks the API for a list with where its pages are. */
const ENVELOPE = 'application/jupyterhub-pagination+json'

interface Listed {
  groups: readonly GroupItem[]
  offset: number
  limit: number
  total: number
}

interface Envelope {
  items: GroupItem[]
  _pagination: { offset: number; limit: number; total: number }
}

async function allGroups(visit: Visit, member: SignedIn, offset: number): Promise<Listed> {
  const path = `/groups?offset=${offset}&limit=${PAGE}`
  const answer = await callApi<Envelope>(visit, member, 'GET', path, { accept: ENVELOPE })
  const { items, _pagination } = bodyOf(answer)
  return { groups: items, ..._pagination }
}

/** As the viewer sees it; undefined when it is gone meanwhile. */
async function seenGroup(
  visit: Visit,
  member: SignedIn,
  name: string,
): Promise<GroupItem | undefined> {
  if (!isAddressable(name)) return { name }
  const answer = await callApi<GroupItem>(visit, member, 'GET', groupApiPath(name))
  return answer.ok ? { ...answer.body, name } : undefined
}

/** The groups with a text in their name: the API has no search, so their names come from the store. */
async function groupsWith(
  visit: Visit,
  member: SignedIn,
  search: string,
  offset: number,
): Promise<Listed> {
  const { principal } = member
  if (!principal.scopes.has('list:groups')) requireScope(principal, ['list:groups'], undefined)
  const wanted = caseless(search)
  const { items, total } = await listGroups(visit.deps.hub, {
    offset,
    limit: PAGE,
    only: ({ name }) =>
      caseless(name).includes(wanted) &&
      allows(principal.scopes, 'list:groups', { group: name }) === 'yes',
  })
  const seen = await Promise.all(items.map(({ name }) => seenGroup(visit, member, name)))
  const groups = seen.filter((group) => group !== undefined)
  return { groups, offset, limit: PAGE, total }
}

async function answerGroups(
  visit: Visit,
  member: SignedIn,
  { draft, status = 200 }: { draft?: GroupDraft; status?: number } = {},
): Promise<Response> {
  const { c, hubPath } = visit
  const { principal, viewer } = member
  const search = c.req.query('name') ?? ''
  const offset = offsetOf(c.req.query('offset'))
  const listed =
    search === ''
      ? await allGroups(visit, member, offset)
      : await groupsWith(visit, member, search, offset)
  const mayCreate = allows(principal.scopes, 'admin:groups') !== 'no'
  const done = c.req.query('done')
  const props = { hubPath, viewer, ...listed, search, mayCreate, draft, done }
  return page(groupsPage(props), { status })
}

/** The groups that the visitor may list, a page at a time. */
export const showGroups = memberPage((visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  return answerGroups(visit, member)
})

/** Makes a group, with members where some are named, and leads to it. */
export const createGroup = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const name = (field(form, 'name') ?? '').trim()
  const users = field(form, 'users') ?? ''
  const again = (error: string, status: number): Promise<Response> =>
    answerGroups(visit, member, { draft: { name, users, error }, status })
  if (name === '') return again('Give the group a name.', 400)
  if (!isAddressable(name)) return again(`A group cannot have the name ${name} here.`, 400)
  const json = { users: namesIn(users) }
  const answer = await callApi(visit, member, 'POST', groupApiPath(name), { json })
  if (!answer.ok) return again(answer.message, answer.status)
  return redirect(`${groupHref(visit.hubPath, name)}?done=group-created`, { status: 303 })
})
