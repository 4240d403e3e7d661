import { z } from '@hono/zod-openapi'
import { HubgateError } from '../../base/errors.ts'
import { recordId } from '../../hub/ids.ts'
import type { CodeChoice } from '../../hub/shares/share-codes.ts'
import {
  issueShareCode,
  listShareCodes,
  revokeShareCodes,
  viewShareCodes,
} from '../../hub/shares/share-codes.ts'
import { sharedServer } from '../../hub/shares/share-ends.ts'
import { json, noContent } from '../answer.ts'
import { envelope, pageOf } from '../pagination.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { envelopeOf } from '../schemas/paging.ts'
import { existingUser } from '../users/existing-user.ts'
import { grantedScopes, placeOf, requireHeld } from './grant.ts'
import {
  shareCodeModel as codeSchema,
  DEFAULT_EXPIRES_IN,
  newShareCodeModel as newCodeSchema,
  revokeCodesQuery,
  shareCodeBody,
  sharesQuery,
} from './schemas.ts'
import { newShareCodeModel, shareCodeModel } from './share-model.ts'

const CODE_PAGE = {
  200: {
    description: 'The codes that have not expired, oldest first; not the codes themselves.',
    schema: envelopeOf(z.array(codeSchema)),
  },
}

async function codePage(
  call: Call<z.output<typeof sharesQuery>>,
  of: { ownerId: string; server?: string },
): Promise<Response> {
  const { hub } = call
  const page = pageOf(call)
  const { items, total } = await listShareCodes(hub, of, page)
  const models = items.map((code) => shareCodeModel(hub, code))
  return json(envelope(call, page, models, total, hub.snapshot().config.public_url))
}

/** `GET /share-codes/{name}`: of all servers of the user. */
export const listOwnerCodesEndpoint = endpoint({
  summary: "List the share codes of a user's servers",
  query: sharesQuery,
  answers: CODE_PAGE,
  handle: async (call) => {
    const { id: ownerId } = await existingUser(call.hub, call.params.name)
    return codePage(call, { ownerId })
  },
})

/** `GET /share-codes/{name}/{server}`. */
export const listServerCodesEndpoint = endpoint({
  summary: 'List the share codes of a server',
  query: sharesQuery,
  answers: CODE_PAGE,
  handle: async (call) => {
    const { owner, name: server } = await sharedServer(call.hub, placeOf(call.params))
    return codePage(call, { ownerId: owner.value.id, server })
  },
})

/** `POST /share-codes/{name}/{server}`. */
export const issueShareCodeEndpoint = endpoint({
  summary: 'Make a code that gives whoever accepts it access to a server',
  body: shareCodeBody,
  answers: { 200: { description: 'The code, shown this once.', schema: newCodeSchema } },
  handle: async ({ hub, principal, params, body }) => {
    const place = placeOf(params)
    const scopes = grantedScopes(hub, place, body?.scopes)
    await requireHeld(hub, principal, place, scopes)
    const { kind, name, id } = principal
    const expiresIn = body?.expires_in ?? DEFAULT_EXPIRES_IN
    const request = { scopes, maker: { kind, name, id }, expiresIn }
    const { code, record } = await issueShareCode(hub, place, request)
    const [view] = await viewShareCodes(hub, [record])
    if (view === undefined) throw new HubgateError('not_found')
    return json(newShareCodeModel(hub, view, code))
  },
})

const CODE_ID = /^sc_(\d{1,16})$/

/** @throws HubgateError `not_found` for something that is no id */
function choiceOf({ code, id }: z.output<typeof revokeCodesQuery>): CodeChoice {
  if (code !== undefined) return { code }
  if (id === undefined) return 'all'
  const number = CODE_ID.exec(id)?.[1]
  if (number === undefined) throw noCode({ code, id })
  return { id: recordId(Number(number)) }
}

function noCode({ code, id }: z.output<typeof revokeCodesQuery>): HubgateError {
  return new HubgateError(
    'not_found',
    code === undefined ? `No code found matching id=${id}` : 'No matching code found',
  )
}

/** `DELETE /share-codes/{name}/{server}`: one, or all where the query names none. */
export const revokeShareCodesEndpoint = endpoint({
  summary: 'End share codes of a server; what they gave stays',
  query: revokeCodesQuery,
  answers: { 204: { description: 'The codes are worth nothing any more.' } },
  handle: async ({ hub, params, query }) => {
    const place = placeOf(params)
    await sharedServer(hub, place)
    const choice = choiceOf(query)
    const count = await revokeShareCodes(hub, place, choice)
    if (count === 0 && choice !== 'all') throw noCode(query)
    return noContent()
  },
})
