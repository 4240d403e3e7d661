import { allows } from '../../model/allows.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { fullName } from '../../model/server.ts'
import type { ServerPlace } from '../../model/share-scopes.ts'
import { filteredScopes } from '../../model/share-scopes.ts'
import type { HubContext } from '../context.ts'
import { findUser } from '../users/users.ts'

/**
 * Nobody shares more than they may do themselves (threats P24).
 * @param held what the one who shares may do
 * @param scopes without a filter
 * @returns the first of the scopes, with the server's filter, that brings something not held for the
 *   server; undefined when all may be given
 */
export async function firstNotHeld(
  hub: HubContext,
  held: ScopeSet,
  place: ServerPlace,
  scopes: readonly string[],
): Promise<string | undefined> {
  const { owner, server } = place
  const groupsOfUser = (await findUser(hub, owner))?.groups ?? []
  const resource = { user: owner, groupsOfUser, server: fullName(owner, server) }
  const { custom_scopes } = hub.snapshot().config
  const holds = (scope: string) => allows(held, scope, resource) === 'yes'
  for (const base of scopes) {
    const [filtered = ''] = filteredScopes([base], place)
    const brings = expandScopes([filtered], { kind: 'user', name: owner }, custom_scopes)
    if (!holds(base) || ![...brings.keys()].every(holds)) return filtered
  }
  return undefined
}
