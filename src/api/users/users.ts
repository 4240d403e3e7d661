import { z } from '@hono/zod-openapi'
import { visibleIn } from '../../auth/visible-in.ts'
import { HubgateError } from '../../base/errors.ts'
import type { KnownUser } from '../../hub/users/people.ts'
import { listUsers } from '../../hub/users/user-list.ts'
import { createUsers } from '../../hub/users/users.ts'
import { json } from '../answer.ts'
import { requireAdminGrant } from '../grants.ts'
import { answerList } from '../list-answer.ts'
import { pageBody, pageOf } from '../pagination.ts'
import { endpoint } from '../route.ts'
import { pageOf as pageSchema } from '../schemas/paging.ts'
import { newUserModels } from './load-users.ts'
import { createUsersBody, userModel, usersQuery } from './schemas.ts'
import { loadUserTexts } from './user-text.ts'

type Sort = 'id' | 'name' | 'last_activity'

/** `GET /users` (wire-contract §1.7). */
export const listUsersEndpoint = endpoint({
  summary: 'List users',
  query: usersQuery,
  answers: { 200: { description: 'The users.', schema: pageSchema(z.array(userModel)) } },
  handle: async (call) => {
    const { deps, hub, principal, query, stillAllowed } = call
    const sees = visibleIn(principal, 'list:users')
    const page = pageOf(call)
    const sort = query.sort ?? 'id'
    const { items, total, hasActive } = await listUsers(hub, {
      state: query.state,
      sort: sort.replace('-', '') as Sort,
      descending: sort.startsWith('-'),
      nameFilter: query.name_filter,
      offset: page.offset,
      limit: page.limit,
      only: sees && (({ name, groups }) => sees({ user: name, groupsOfUser: groups })),
    })
    const { public_url } = hub.snapshot().config
    const includeStopped = query.include_stopped_servers
    const load = (users: readonly KnownUser[]) => {
      // A long list takes its time: some may be gone when it is their turn.
      const present = users.filter((user) => !user.gone)
      const wanted = present.map(({ record, lastActivity }) => ({
        record,
        lastActivity: deps.activity.latestOfUser(record.id, lastActivity),
      }))
      return loadUserTexts(deps, principal.scopes, wanted, {
        includeStopped,
        mayBeActive: hasActive,
      })
    }
    const frame = JSON.stringify(pageBody(call, page, [], total, public_url))
    return answerList(hub, { items, load, frame, stillAllowed })
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
      throw new HubgateError('conflict', `All ${usernames.length} users already exist`)
    }
    return json(newUserModels(deps, principal.scopes, users), 201)
  },
})
