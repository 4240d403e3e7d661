import { HubgateError } from '../../base/errors.ts'
import { isAdmin } from '../../hub/identity/owner-scopes.ts'
import { findService } from '../../hub/services/services.ts'
import { isConfigToken, revokeToken } from '../../hub/tokens/tokens.ts'
import { findUser } from '../../hub/users/users.ts'
import { allows } from '../../model/allows.ts'
import type { TokenOwner, TokenRecord } from '../../model/token.ts'
import { json } from '../answer.ts'
import { encodeCursor } from '../cursor.ts'
import { endpoint } from '../route.ts'
import { userResource } from '../users/user-view.ts'
import type { InventoryCall } from './inventory.ts'
import { inventoryOf } from './inventory.ts'
import { bulkRevocation, bulkRevokeQuery } from './inventory-schemas.ts'

const SCOPE = 'tokens'

interface OwnerFacts {
  admin: boolean
  /** Whether the caller may end the owner's tokens. */
  reached: boolean
}

async function factsOf({ hub, principal }: InventoryCall, owner: TokenOwner): Promise<OwnerFacts> {
  const everywhere = principal.scopes.get(SCOPE) === true
  if (owner.kind === 'service') {
    const service = await findService(hub, owner.name)
    return { admin: service?.admin === true, reached: everywhere }
  }
  const user = await findUser(hub, owner.name)
  if (user?.id !== owner.id) return { admin: false, reached: everywhere }
  const reached = allows(principal.scopes, SCOPE, userResource(user)) === 'yes'
  return { admin: isAdmin(hub.snapshot().config, user), reached }
}

/** Why a token is not revoked with the others; undefined when it may be. */
async function reasonToKeep(call: InventoryCall, record: TokenRecord): Promise<string | undefined> {
  const { credential, admin } = call.principal
  if (isConfigToken(call.hub, record)) {
    return 'It is in the configuration file: take it out there to revoke it.'
  }
  if (credential.type === 'token' && credential.id === record.id) {
    return 'It is the token that asks: revoke it by itself, when everything else is done.'
  }
  const owner = await factsOf(call, record.owner)
  if (owner.admin && !admin) return 'Only admins can revoke tokens of admins.'
  if (!owner.reached) return 'Its owner has changed: ask again.'
  return undefined
}

/** @returns false when it has ended by itself meanwhile */
async function revoke({ hub }: InventoryCall, record: TokenRecord): Promise<boolean> {
  try {
    await revokeToken(hub, record.owner, record.id)
    return true
  } catch (error) {
    if (error instanceof HubgateError && error.code === 'not_found') return false
    throw error
  }
}

/**
 * `DELETE /tokens`, hubgate's own: ends a batch of the tokens that match. Each is looked at by itself
 * as `DELETE /users/{name}/tokens/{token_id}` does it; the one that asks always stays.
 */
export const bulkRevokeEndpoint = endpoint({
  summary: "Revoke a batch of tokens of all users and services by filter (hubgate's own)",
  query: bulkRevokeQuery,
  answers: { 200: { description: 'What became of the batch.', schema: bulkRevocation } },
  handle: async (call) => {
    const { dry_run = false } = call.query
    const page = await inventoryOf(call, SCOPE)
    const kept: Record<string, unknown>[] = []
    let revoked = 0
    for (const record of page.tokens) {
      const reason = await reasonToKeep(call, record)
      const { kind, name } = record.owner
      if (reason !== undefined) kept.push({ id: record.id, owner: { kind, name }, reason })
      else if (dry_run || (await revoke(call, record))) revoked++
    }
    const next = page.next === undefined ? null : encodeCursor(page.next)
    return json({ dry_run, revoked, kept, next })
  },
})
