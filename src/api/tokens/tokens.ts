import { HubgateError } from '../../base/errors.ts'
import { scopesOfToken } from '../../hub/identity.ts'
import { findToken, listTokens, revokeToken } from '../../hub/tokens.ts'
import type { TokenOwner, TokenRecord } from '../../model/token.ts'
import { json, noContent } from '../answer.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'
import { tokenList, tokenModel as tokenSchema } from './schemas.ts'
import { tokenModel } from './token-model.ts'

interface Shown {
  model: Record<string, unknown>
  lastActivity: number | null
}

async function modelsOf(deps: ApiDeps, records: readonly TokenRecord[]): Promise<Shown[]> {
  const ids = records.map((record) => record.id)
  const activities = await deps.activity.lastOfMany('token', ids)
  return Promise.all(
    records.map(async (record, i) => {
      const lastActivity = activities[i] ?? null
      const scopes = await scopesOfToken(deps.hub, record)
      return { model: tokenModel(record, { scopes, lastActivity }), lastActivity }
    }),
  )
}

async function ownerOf({ hub, params }: Call): Promise<TokenOwner> {
  const user = await existingUser(hub, params.name, `No such user: ${params.name}`)
  return { kind: 'user', name: user.name, id: user.id }
}

async function existingToken(call: Call): Promise<{ owner: TokenOwner; record: TokenRecord }> {
  const owner = await ownerOf(call)
  const { tokenId } = call.params
  const record = await findToken(call.hub, owner, tokenId)
  if (record !== undefined) return { owner, record }
  throw new HubgateError('not_found', `No such token ${tokenId} for user ${owner.name}`)
}

/** `GET /users/{name}/tokens`, the one that was used longest ago first (wire-contract §1.8). */
export const listTokensEndpoint = endpoint({
  summary: "List a user's tokens",
  answers: { 200: { description: 'The tokens, without their secrets.', schema: tokenList } },
  handle: async (call) => {
    const records = await listTokens(call.hub, await ownerOf(call))
    const shown = await modelsOf(call.deps, records)
    const sorted = shown.toSorted((a, b) => (a.lastActivity ?? 0) - (b.lastActivity ?? 0))
    return json({ api_tokens: sorted.map(({ model }) => model) })
  },
})

/** `GET /users/{name}/tokens/{token_id}`. */
export const readTokenEndpoint = endpoint({
  summary: "Read one of a user's tokens",
  answers: { 200: { description: 'The token, without its secret.', schema: tokenSchema } },
  handle: async (call) => {
    const { record } = await existingToken(call)
    const [shown] = await modelsOf(call.deps, [record])
    return json(shown?.model)
  },
})

/** `DELETE /users/{name}/tokens/{token_id}`. */
export const revokeTokenEndpoint = endpoint({
  summary: 'Revoke a token',
  answers: { 204: { description: 'The token is dead, on every replica.' } },
  handle: async (call) => {
    const { owner, record } = await existingToken(call)
    await revokeToken(call.hub, owner, record.id)
    return noContent()
  },
})
