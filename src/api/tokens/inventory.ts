import type { z } from '@hono/zod-openapi'
import { HubgateError } from '../../base/errors.ts'
import { matchingTokens } from '../../hub/tokens/token-filter.ts'
import type { Place, TokenPage } from '../../hub/tokens/token-inventory.ts'
import { listInventory } from '../../hub/tokens/token-inventory.ts'
import { scopeFault } from '../../model/scope-fault.ts'
import { json } from '../answer.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { urlWith } from '../pagination.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { inventoryPage, inventoryQuery } from './inventory-schemas.ts'
import { reachOf } from './reach.ts'
import { showTokens } from './show-tokens.ts'

export type InventoryCall = Call<z.output<typeof inventoryQuery>>

/** @throws HubgateError `bad_request` for a cursor that is none of this list */
function placeOf(after: string | undefined): Place | undefined {
  if (after === undefined) return undefined
  const place = decodeCursor(after)
  const [source] = place
  const fits = source === 'config' ? place.length === 2 : source === 'store' && place.length >= 3
  if (fits && place.length <= 4) return place
  throw new HubgateError('bad_request', 'after is no cursor of this list.')
}

/** @throws HubgateError `bad_request` for a scope that does not exist */
function requireScopeName({ hub, query }: InventoryCall): void {
  if (query.scope === undefined) return
  const fault = scopeFault(query.scope, hub.snapshot().config.custom_scopes, 'the search')
  if (fault !== null) throw new HubgateError('bad_request', fault)
}

export function cursorOf(next: Place | null): string | null {
  return next === null ? null : encodeCursor(next)
}

/** How many tokens one answer is about at most. */
export function limitOf({ hub, query }: InventoryCall): number {
  const { api_page_default_limit, api_page_max_limit } = hub.snapshot().config
  const wanted = query.limit ?? api_page_default_limit
  return Math.min(Math.max(wanted, 1), api_page_max_limit)
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
    after: placeOf(query.after),
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
    const limit = limitOf(call)
    const after = cursorOf(page.next)
    if (after === null) return json({ items, _pagination: { limit, next: null } })
    const { public_url } = call.hub.snapshot().config
    const url = urlWith(call.request, public_url, { after, limit })
    return json({ items, _pagination: { limit, next: { after, limit, url } } })
  },
})
