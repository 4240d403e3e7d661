import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { isAdmin } from '../../hub/identity/owner-scopes.ts'
import { findUserFacts } from '../../hub/users/user-facts.ts'
import type { UserCheck } from '../../hub/users/users.ts'
import { changeUser, createUsers, deleteUser, findUser } from '../../hub/users/users.ts'
import type { Principal } from '../../model/principal.ts'
import type { UserRecord } from '../../model/user.ts'
import { json, jsonText, noContent } from '../answer.ts'
import { requireAdminGrant, requireAdminOver, requireNameGrant } from '../grants.ts'
import { endpoint } from '../route.ts'
import { stopAllServers } from '../servers/stop-all-servers.ts'
import { existingUser } from './existing-user.ts'
import { loadUser, newUserModels } from './load-users.ts'
import { changeUserBody, createUserBody, userModel, userQuery } from './schemas.ts'
import { loadUserText } from './user-text.ts'

/** `GET /users/{name}`. */
export const readUserEndpoint = endpoint({
  summary: 'Read a user',
  query: userQuery,
  answers: { 200: { description: 'The user.', schema: userModel } },
  handle: async ({ deps, hub, principal, params, query }) => {
    const user = await findUserFacts(hub, params.name)
    if (user === undefined) throw new HubgateError('not_found', null)
    const { include_stopped_servers } = query
    return jsonText(await loadUserText(deps, principal.scopes, user, include_stopped_servers))
  },
})

/** `POST /users/{name}`. */
export const createUserEndpoint = endpoint({
  summary: 'Create a user',
  body: createUserBody,
  answers: {
    201: { description: 'The user.', schema: userModel },
    409: { description: 'There is such a user already.' },
  },
  handle: async ({ deps, hub, principal, params: { name }, body }) => {
    const admin = body?.admin ?? false
    const taken = () => new HubgateError('conflict', `User ${name} already exists`)
    if ((await findUser(hub, name)) !== undefined) throw taken()
    if (admin) await requireAdminGrant(hub, principal)
    const [user] = await createUsers(hub, [name], { admin })
    if (user === undefined) throw taken()
    return json(newUserModels(deps, principal.scopes, [user])[0], 201)
  },
})

/**
 * For the moment of the change: the user may have become an admin since they were looked at, or be
 * another one of the same name.
 */
function stillAllowed(
  hub: HubContext,
  principal: Principal,
  before: UserRecord,
  verb: 'modify' | 'delete',
): UserCheck {
  return (now) => {
    if (now.id !== before.id) throw new HubgateError('not_found')
    requireAdminOver(hub, principal, now, verb)
  }
}

/** `PATCH /users/{name}`: the name, and whether they are an admin. */
export const changeUserEndpoint = endpoint({
  summary: 'Rename a user, or change whether they are an admin',
  body: changeUserBody,
  answers: { 200: { description: 'The user.', schema: userModel } },
  handle: async ({ deps, hub, principal, params, body }) => {
    const user = await existingUser(hub, params.name)
    const { name, admin } = body
    requireAdminOver(hub, principal, user, 'modify')
    if (admin === true && !user.admin) await requireAdminGrant(hub, principal)
    if (admin === false && isAdmin(hub.snapshot().config, { ...user, admin })) {
      throw new HubgateError(
        'bad_request',
        `${user.name} is an admin by load_roles in the configuration: change that there.`,
      )
    }
    if (name !== undefined && name !== user.name) await requireNameGrant(hub, principal, name)
    const allowed = stillAllowed(hub, principal, user, 'modify')
    const changed = await changeUser(hub, user.name, { name, admin }, allowed)
    return json(await loadUser(deps, principal.scopes, changed))
  },
})

/** `DELETE /users/{name}`: their servers are stopped first. */
export const deleteUserEndpoint = endpoint({
  summary: 'Delete a user with all that is theirs',
  answers: { 204: { description: 'The user is gone.' } },
  handle: async ({ hub, principal, params, request }) => {
    const user = await existingUser(hub, params.name)
    if (principal.kind === 'user' && principal.name === user.name) {
      throw new HubgateError('bad_request', 'Cannot delete yourself!')
    }
    requireAdminOver(hub, principal, user, 'delete')
    await stopAllServers(hub, user, { by: principal.name, signal: request.signal })
    await deleteUser(hub, user.name, stillAllowed(hub, principal, user, 'delete'))
    return noContent()
  },
})
