import type { z } from '@hono/zod-openapi'
import { HubgateError } from '../../base/errors.ts'
import { matchingTokens } from '../../hub/tokens/token-filter.ts'
import type { Place, TokenPage } from '../../hub/tokens/token-inventory.ts'
import { listInventory } from '../../hub/tokens/token-inventory.ts'
import { scopeFault } from '../../model/scope-fault.ts'
import { json } from '../answer.ts'
import { decodeCursor } from '../cursor.ts'
import { cursorPage, limitOf } from '../cursor-page.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { inventoryPage, inventoryQuery } from './inventory-schemas.ts'
import { reachOf } from './reach.ts'
import { showTokens } from './show-tokens.ts'

export type InventoryCall = Call<z.output<typeof inventoryQuery>>

function isPlace([source, ...rest]: Place): boolean {
  if (source === 'config') return rest.length === 1
  return source === 'store' && (rest.length === 2 || rest.length === 3)
}

/** @throws HubgateError `bad_request` for a scope that does not exist */
function requireScopeName({ hub, query }: InventoryCall): void {
  if (query.scope === undefined) return
  const fault = scopeFault(query.scope, hub.snapshot().config.custom_scopes, 'the search')
  if (fault !== null) throw new HubgateError('bad_request', fault)
}

/**
 * The tokens that a request of the inventory is about.
 * @param scope what must be held for their owners
 */
export async function inventoryOf(call: InventoryCall, scope: string): Promise<TokenPage> {
  requireScopeName(call)
  const { deps, hub, principal, query } = call
  const filter = {
    kind: query.kind,
    note: query.note,
    scope: query.scope,
    unusedSince: query.unused_since,
    createdBefore: query.created_before,
    expires: query.expires,
  }
  return listInventory(hub, {
    after: query.after === undefined ? undefined : decodeCursor(query.after, isPlace),
    limit: limitOf(call),
    reach: await reachOf(hub, principal, scope, query),
    matching: (tokens) => matchingTokens(hub, deps.activity, filter, tokens),
  })
}

/** `GET /tokens`, hubgate's own: tokens of all owners whom the caller reaches. */
export const listInventoryEndpoint = endpoint({
  summary: "List tokens of all users and services (hubgate's own)",
  query: inventoryQuery,
  answers: { 200: { description: 'The tokens, without their secrets.', schema: inventoryPage } },
  handle: async (call) => {
    const page = await inventoryOf(call, 'read:tokens')
    const shown = await showTokens(call.deps, page.tokens)
    const items = page.tokens.map(({ owner: { kind, name } }, i) => {
      return { ...shown[i]?.model, owner: { kind, name } }
    })
    return json(cursorPage(call, items, page.next))
  },
})
