import { HubgateError } from '../../base/errors.ts'
import { isAdmin } from '../../hub/identity/owner-scopes.ts'
import { findToken, listTokens, revokeToken } from '../../hub/tokens/tokens.ts'
import type { TokenOwner, TokenRecord } from '../../model/token.ts'
import type { UserRecord } from '../../model/user.ts'
import { json, noContent } from '../answer.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'
import { tokenList, tokenModel as tokenSchema } from './schemas.ts'
import { showTokens } from './show-tokens.ts'

function ownerOf({ name, id }: UserRecord): TokenOwner {
  return { kind: 'user', name, id }
}

function existingOwner({ hub, params }: Call): Promise<UserRecord> {
  return existingUser(hub, params.name, `No such user: ${params.name}`)
}

/** One text for ids that are malformed, unknown or somebody else's (wire-contract §1.8). */
async function existingToken({ hub, params }: Call, user: UserRecord): Promise<TokenRecord> {
  const record = await findToken(hub, ownerOf(user), params.tokenId)
  if (record !== undefined) return record
  throw new HubgateError('not_found', `No such token ${params.tokenId} for user ${user.name}`)
}

/** `GET /users/{name}/tokens`, the one that was used longest ago first (wire-contract §1.8). */
export const listTokensEndpoint = endpoint({
  summary: "List a user's tokens",
  answers: { 200: { description: 'The tokens, without their secrets.', schema: tokenList } },
  handle: async (call) => {
    const records = await listTokens(call.hub, ownerOf(await existingOwner(call)))
    const shown = await showTokens(call.deps, records)
    const lastUse = (i: number) => shown[i]?.lastActivity ?? records[i]?.created ?? 0
    const order = records.map((_, i) => i).sort((a, b) => lastUse(a) - lastUse(b))
    return json({ api_tokens: order.map((i) => shown[i]?.model) })
  },
})

/** `GET /users/{name}/tokens/{token_id}`. */
export const readTokenEndpoint = endpoint({
  summary: "Read one of a user's tokens",
  answers: { 200: { description: 'The token, without its secret.', schema: tokenSchema } },
  handle: async (call) => {
    const record = await existingToken(call, await existingOwner(call))
    const [shown] = await showTokens(call.deps, [record])
    return json(shown?.model)
  },
})

/** `DELETE /users/{name}/tokens/{token_id}`; those of admins are for admins to end (threats P25). */
export const revokeTokenEndpoint = endpoint({
  summary: 'Revoke a token',
  answers: { 204: { description: 'The token is dead, on every replica.' } },
  handle: async (call) => {
    const { hub, principal } = call
    const user = await existingOwner(call)
    const record = await existingToken(call, user)
    if (!principal.admin && isAdmin(hub.snapshot().config, user)) {
      throw new HubgateError('forbidden', 'Only admins can revoke tokens of admins')
    }
    await revokeToken(hub, ownerOf(user), record.id)
    return noContent()
  },
})
