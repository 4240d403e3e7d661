import { createGroups, deleteGroup, setGroupProperties } from '../../hub/groups/groups.ts'
import { addToGroup, removeFromGroup } from '../../hub/groups/memberships.ts'
import { json, noContent } from '../answer.ts'
import { endpoint } from '../route.ts'
import { existingGroup } from './existing-group.ts'
import { loadGroup } from './load-groups.ts'
import { requireMembershipGrant } from './membership-grant.ts'
import { createGroupBody, groupModel, membersBody, propertiesBody } from './schemas.ts'

const GROUP = { 200: { description: 'The group.', schema: groupModel } }

/** `GET /groups/{group}`. */
export const readGroupEndpoint = endpoint({
  summary: 'Read a group',
  answers: GROUP,
  handle: async (call) => {
    const group = await existingGroup(call.hub, call.params.group)
    return json(await loadGroup(call.deps, call.principal.scopes, group))
  },
})

/** `POST /groups/{group}`. */
export const createGroupEndpoint = endpoint({
  summary: 'Create a group',
  body: createGroupBody,
  answers: {
    201: { description: 'The group.', schema: groupModel },
    409: { description: 'There is such a group already.' },
  },
  handle: async ({ deps, hub, principal, params, body }) => {
    const names = [params.group]
    const users = body?.users ?? []
    await requireMembershipGrant(hub, principal, names, users)
    const [group] = await createGroups(hub, names, users)
    return json(group && (await loadGroup(deps, principal.scopes, group)), 201)
  },
})

/** `DELETE /groups/{group}`. */
export const deleteGroupEndpoint = endpoint({
  summary: 'Delete a group',
  answers: { 204: { description: 'The group is gone; its users stay.' } },
  handle: async ({ hub, params }) => {
    await deleteGroup(hub, params.group)
    return noContent()
  },
})

/** `POST /groups/{group}/users`. */
export const addMembersEndpoint = endpoint({
  summary: 'Add users to a group',
  body: membersBody('add'),
  answers: GROUP,
  handle: async (call) => {
    const { deps, hub, principal, params, body } = call
    await existingGroup(call.hub, call.params.group)
    await requireMembershipGrant(hub, principal, [params.group], body.users)
    const group = await addToGroup(hub, params.group, body.users)
    return json(await loadGroup(deps, principal.scopes, group))
  },
})

/** `DELETE /groups/{group}/users`. */
export const removeMembersEndpoint = endpoint({
  summary: 'Remove users from a group',
  body: membersBody('delete'),
  answers: GROUP,
  handle: async ({ deps, hub, principal, params, body }) => {
    const group = await removeFromGroup(hub, params.group, body.users)
    return json(await loadGroup(deps, principal.scopes, group))
  },
})

/** `PUT /groups/{group}/properties`: the new ones replace all. */
export const setPropertiesEndpoint = endpoint({
  summary: "Replace a group's properties",
  body: propertiesBody,
  answers: GROUP,
  handle: async ({ deps, hub, principal, params, body }) => {
    const group = await setGroupProperties(hub, params.group, body)
    return json(await loadGroup(deps, principal.scopes, group))
  },
})
