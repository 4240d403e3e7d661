import { z } from '@hono/zod-openapi'
import { HubgateError } from '../../base/errors.ts'
import { listUsers } from '../../hub/user-list.ts'
import { createUsers } from '../../hub/users.ts'
import { normalizeUsername } from '../../model/username.ts'
import { json } from '../answer.ts'
import { visibleIn } from '../authorize.ts'
import { requireAdminGrant } from '../grants.ts'
import { pageBody, pageOf } from '../pagination.ts'
import { endpoint } from '../route.ts'
import { pageOf as pageSchema } from '../schemas/paging.ts'
import { loadUsers } from './load-users.ts'
import { createUsersBody, userModel, usersQuery } from './schemas.ts'

type Sort = 'id' | 'name' | 'last_activity'

/** `GET /users` (wire-contract §1.7). */
export const listUsersEndpoint = endpoint({
  summary: 'List users',
  query: usersQuery,
  answers: { 200: { description: 'The users.', schema: pageSchema(z.array(userModel)) } },
  handle: async (call) => {
    const { deps, hub, principal, query } = call
    const sees = visibleIn(principal, 'list:users')
    const page = pageOf(call)
    const sort = query.sort ?? 'id'
    const { items, total } = await listUsers(hub, {
      state: query.state,
      sort: sort.replace('-', '') as Sort,
      descending: sort.startsWith('-'),
      nameFilter: query.name_filter,
      offset: page.offset,
      limit: page.limit,
      only: sees && (({ name, groups }) => sees({ user: name, groupsOfUser: groups })),
    })
    const models = await loadUsers(deps, principal.scopes, items, query.include_stopped_servers)
    const shown = models.filter((model) => model !== undefined)
    const { public_url } = hub.snapshot().config
    return json(pageBody(call, page, shown, total, public_url))
  },
})

/** `POST /users`: makes those that do not exist yet. */
export const createUsersEndpoint = endpoint({
  summary: 'Create users',
  body: createUsersBody,
  answers: {
    201: { description: 'The users that were made.', schema: z.array(userModel) },
    409: { description: 'All of them exist already.' },
  },
  handle: async ({ deps, hub, principal, body }) => {
    const { usernames, admin = false } = body
    if (admin) await requireAdminGrant(hub, principal)
    const users = await createUsers(hub, usernames, { admin })
    if (users.length === 0) {
      const count = new Set(usernames.map(normalizeUsername)).size
      throw new HubgateError('conflict', `All ${count} users already exist`)
    }
    const models = await loadUsers(deps, principal.scopes, users)
    return json(
      models.map((model) => model ?? {}),
      201,
    )
  },
})
