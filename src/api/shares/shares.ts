import { z } from '@hono/zod-openapi'
import type { HubContext } from '../../hub/context.ts'
import { sharedServer } from '../../hub/shares/share-ends.ts'
import { listShares, viewShares } from '../../hub/shares/share-list.ts'
import { grantShare, revokeShare, revokeShares } from '../../hub/shares/shares.ts'
import type { ShareRecord } from '../../model/share.ts'
import { json, noContent } from '../answer.ts'
import { envelope, pageOf } from '../pagination.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { envelopeOf } from '../schemas/paging.ts'
import { existingUser } from '../users/existing-user.ts'
import {
  grantedScopes,
  granteeOf,
  namedScopes,
  placeOf,
  requireHeld,
  requireNameScope,
} from './grant.ts'
import { shareBody, shareLeft, shareModel as shareSchema, sharesQuery } from './schemas.ts'
import { shareModel } from './share-model.ts'

export const SHARE_PAGE = {
  200: { description: 'The shares, oldest first.', schema: envelopeOf(z.array(shareSchema)) },
}

type ListCall = Call<z.output<typeof sharesQuery>>

/** A page of shares: always in an envelope. */
export async function sharePage(
  call: ListCall,
  list: (range: { offset: number; limit: number }) => ReturnType<typeof listShares>,
): Promise<Response> {
  const { hub } = call
  const page = pageOf(call)
  const { items, total } = await list(page)
  const models = items.map((share) => shareModel(hub, share))
  return json(envelope(call, page, models, total, hub.snapshot().config.public_url))
}

/** The answer that shows one share; `{}` when there is none. */
export async function shareAnswer(
  hub: HubContext,
  share: ShareRecord | undefined,
): Promise<Response> {
  const [view] = share === undefined ? [] : await viewShares(hub, [share])
  return json(view === undefined ? {} : shareModel(hub, view))
}

/** `GET /shares/{name}`: of all servers of the user. */
export const listOwnerSharesEndpoint = endpoint({
  summary: "List the shares of a user's servers",
  query: sharesQuery,
  answers: SHARE_PAGE,
  handle: async (call) => {
    const { id: ownerId } = await existingUser(call.hub, call.params.name)
    return sharePage(call, (range) => listShares(call.hub, { ownerId }, range))
  },
})

/** `GET /shares/{name}/{server}`. */
export const listServerSharesEndpoint = endpoint({
  summary: 'List the shares of a server',
  query: sharesQuery,
  answers: SHARE_PAGE,
  handle: async (call) => {
    const { hub, params } = call
    const { owner, name: server } = await sharedServer(hub, placeOf(params))
    const of = { ownerId: owner.value.id, server }
    return sharePage(call, (range) => listShares(hub, of, range))
  },
})

/** `POST /shares/{name}/{server}`: scopes are added to those of a share that there is. */
export const grantShareEndpoint = endpoint({
  summary: 'Share a server with a user or a group',
  body: shareBody,
  answers: { 200: { description: 'The share.', schema: shareSchema } },
  handle: async ({ hub, principal, params, body }) => {
    const place = placeOf(params)
    const scopes = grantedScopes(hub, place, body.scopes)
    await sharedServer(hub, place)
    await requireHeld(hub, principal, place, scopes)
    const grantee = granteeOf(body)
    await requireNameScope(hub, principal, grantee)
    return shareAnswer(hub, await grantShare(hub, place, grantee, scopes))
  },
})

/** `PATCH /shares/{name}/{server}`: takes scopes back, all when none is named. */
export const revokeShareEndpoint = endpoint({
  summary: 'Take back what is shared with a user or a group',
  body: shareBody,
  answers: { 200: { description: 'What is left of the share.', schema: shareLeft } },
  handle: async ({ hub, params, body }) => {
    const place = placeOf(params)
    const scopes = namedScopes(hub, place, body.scopes)
    return shareAnswer(hub, await revokeShare(hub, place, granteeOf(body), scopes))
  },
})

/** `DELETE /shares/{name}/{server}`. */
export const revokeSharesEndpoint = endpoint({
  summary: 'End all shares of a server',
  answers: { 204: { description: 'It is shared with nobody; its share codes stay.' } },
  handle: async ({ hub, params }) => {
    await revokeShares(hub, placeOf(params))
    return noContent()
  },
})
