import { z } from '@hono/zod-openapi'
import { visibleIn } from '../../auth/visible-in.ts'
import { createGroups, listGroups } from '../../hub/groups/groups.ts'
import { json } from '../answer.ts'
import { pageBody, pageOf } from '../pagination.ts'
import { endpoint } from '../route.ts'
import { pageOf as pageSchema } from '../schemas/paging.ts'
import { loadGroups } from './load-groups.ts'
import { requireMembershipGrant } from './membership-grant.ts'
import { createGroupsBody, groupModel, groupsQuery } from './schemas.ts'

/** `GET /groups` (wire-contract §1.10). */
export const listGroupsEndpoint = endpoint({
  summary: 'List groups',
  query: groupsQuery,
  answers: { 200: { description: 'The groups.', schema: pageSchema(z.array(groupModel)) } },
  handle: async (call) => {
    const { deps, hub, principal } = call
    const sees = visibleIn(principal, 'list:groups')
    const page = pageOf(call)
    const { items, total } = await listGroups(hub, {
      offset: page.offset,
      limit: page.limit,
      only: sees && (({ name }) => sees({ group: name })),
    })
    const models = await loadGroups(deps, principal.scopes, items)
    return json(pageBody(call, page, models, total, hub.snapshot().config.public_url))
  },
})

/** `POST /groups`: all of them, each with all of the users, or none. */
export const createGroupsEndpoint = endpoint({
  summary: 'Create groups',
  body: createGroupsBody,
  answers: {
    201: { description: 'The groups.', schema: z.array(groupModel) },
    409: { description: 'One of them exists already; none was made.' },
  },
  handle: async ({ deps, hub, principal, body: { groups, users = [] } }) => {
    await requireMembershipGrant(hub, principal, groups, users)
    const made = await createGroups(hub, groups, users)
    return json(await loadGroups(deps, principal.scopes, made), 201)
  },
})
