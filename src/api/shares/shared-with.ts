import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { findGroup } from '../../hub/groups/groups.ts'
import type { NamedGrantee } from '../../hub/shares/share-ends.ts'
import { listSharesWith } from '../../hub/shares/share-list.ts'
import { findShare, revokeShare } from '../../hub/shares/shares.ts'
import { fullName } from '../../model/server.ts'
import type { Grantee, ShareRecord } from '../../model/share.ts'
import { noContent } from '../answer.ts'
import { existingGroup } from '../groups/existing-group.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'
import { shareModel as shareSchema, sharesQuery } from './schemas.ts'
import { SHARE_PAGE, shareAnswer, sharePage } from './shares.ts'

const SHARE = { 200: { description: 'The share.', schema: shareSchema } }
const GONE = { 204: { description: 'The share is given up.' } }

type ShareCall = Pick<Call, 'hub' | 'params'>

/** @throws HubgateError `not_found` when nothing of that server is shared with just them */
async function existingShare(
  { hub, params }: ShareCall,
  grantee: NamedGrantee,
): Promise<ShareRecord> {
  const { owner, server } = params
  const share = await findShare(hub, { owner, server }, grantee)
  if (share !== undefined) return share
  const { kind, name } = grantee
  throw new HubgateError(
    'not_found',
    `No such share for ${kind} ${name} on ${fullName(owner, server)}`,
  )
}

async function giveUp(call: ShareCall, grantee: NamedGrantee): Promise<Response> {
  await existingShare(call, grantee)
  const { owner, server } = call.params
  await revokeShare(call.hub, { owner, server }, grantee, null)
  return noContent()
}

async function groupsOf(hub: HubContext, names: readonly string[]): Promise<Grantee[]> {
  const groups = await Promise.all(names.map((name) => findGroup(hub, name)))
  return groups.flatMap((group) => (group === undefined ? [] : [{ kind: 'group', id: group.id }]))
}

/** `GET /users/{name}/shared`: with the user, and with the groups that they are in. */
export const listSharedWithUserEndpoint = endpoint({
  summary: 'List what is shared with a user',
  query: sharesQuery,
  answers: SHARE_PAGE,
  handle: async (call) => {
    const { hub, params } = call
    const user = await existingUser(hub, params.name, `No such user: ${params.name}`)
    const groups = await groupsOf(hub, user.groups)
    const grantees: Grantee[] = [{ kind: 'user', id: user.id }, ...groups]
    return sharePage(call, (range) => listSharesWith(hub, grantees, range))
  },
})

const userOf = ({ params }: ShareCall): NamedGrantee => ({ kind: 'user', name: params.name })

/** `GET /users/{name}/shared/{owner}/{server}`: not what a group of theirs has. */
export const readUserShareEndpoint = endpoint({
  summary: 'Read what is shared of a server with a user',
  answers: SHARE,
  handle: async (call) => shareAnswer(call.hub, await existingShare(call, userOf(call))),
})

/** `DELETE /users/{name}/shared/{owner}/{server}`. */
export const giveUpUserShareEndpoint = endpoint({
  summary: 'Give up what is shared of a server with a user',
  answers: GONE,
  handle: (call) => giveUp(call, userOf(call)),
})

/** `GET /groups/{group}/shared`. */
export const listSharedWithGroupEndpoint = endpoint({
  summary: 'List what is shared with a group',
  query: sharesQuery,
  answers: SHARE_PAGE,
  handle: async (call) => {
    const { id } = await existingGroup(call.hub, call.params.group)
    return sharePage(call, (range) => listSharesWith(call.hub, [{ kind: 'group', id }], range))
  },
})

async function groupOf({ hub, params }: ShareCall): Promise<NamedGrantee> {
  const { name } = await existingGroup(hub, params.group)
  return { kind: 'group', name }
}

/** `GET /groups/{group}/shared/{owner}/{server}`. */
export const readGroupShareEndpoint = endpoint({
  summary: 'Read what is shared of a server with a group',
  answers: SHARE,
  handle: async (call) => shareAnswer(call.hub, await existingShare(call, await groupOf(call))),
})

/** `DELETE /groups/{group}/shared/{owner}/{server}`. */
export const giveUpGroupShareEndpoint = endpoint({
  summary: 'Give up what is shared of a server with a group',
  answers: GONE,
  handle: async (call) => giveUp(call, await groupOf(call)),
})
