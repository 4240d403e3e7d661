import { expandScopes } from '../../model/expand-scopes.ts'
import { intersectScopes } from '../../model/intersect-scopes.ts'
import { listScopes } from '../../model/list-scopes.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import { boundToClient } from '../../model/oauth-client.ts'
import type { Principal } from '../../model/principal.ts'
import { findRole, scopesOfRoles } from '../../model/roles.ts'
import { scopeFault } from '../../model/scope-fault.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { isSubset } from '../../model/subset-scopes.ts'
import type { HubContext } from '../context.ts'
import { configuredRoles } from '../identity/owner-scopes.ts'
import { groupsOfNamed } from '../identity/owners.ts'

/** What every client is told and may do: know who its visitor is, and be opened (wire-contract §3.6). */
export function requiredScopes({ accessScope }: Pick<OAuthClient, 'accessScope'>): string[] {
  return ['read:users:name!user', 'read:users:groups!user', accessScope]
}

/** Raw scopes with what roles of these names have; undefined for words that are neither or both. */
function scopesNamed(hub: HubContext, words: readonly string[]): readonly string[] | undefined {
  const { config } = hub.snapshot()
  if (words.every((word) => scopeFault(word, config.custom_scopes) === null)) return words
  const roles = configuredRoles(config)
  if (words.some((word) => findRole(roles, word) === undefined)) return undefined
  return scopesOfRoles(roles, words)
}

function expanded(
  hub: HubContext,
  client: OAuthClient,
  visitor: Principal,
  scopes: Iterable<string>,
): ScopeSet {
  const bound = [...scopes].map((scope) => boundToClient(client, scope))
  return expandScopes(bound, visitor, hub.snapshot().config.custom_scopes)
}

/**
 * The raw scopes that a client asks for (wire-contract §6.2), with those that every client has.
 * @param scope the request's parameter: scopes, or names of roles; all that the client may ask for
 *   when it is left out. The old `identify` stands for nothing
 * @returns undefined for an empty one, what does not exist, and more than the client may ask for
 */
export async function requestedScopes(
  hub: HubContext,
  client: OAuthClient,
  visitor: Principal,
  scope: string | undefined,
): Promise<string[] | undefined> {
  const words = scope?.split(/\s+/).filter((word) => word !== '')
  if (words?.length === 0) return undefined
  const named = words?.filter((word) => word !== 'identify')
  const asked = named === undefined ? client.allowedScopes : scopesNamed(hub, named)
  if (asked === undefined) return undefined
  const required = requiredScopes(client)
  const allowed = new Set([...client.allowedScopes, ...required])
  const may = expanded(hub, client, visitor, allowed)
  for (const one of asked) {
    if (allowed.has(one)) continue
    const wanted = expanded(hub, client, visitor, [one])
    const groupsOf = await groupsOfNamed(hub, hub.cache, wanted, may)
    if (wanted.size === 0 || !isSubset(wanted, may, groupsOf)) return undefined
  }
  return [...new Set([...asked, ...required])]
}

/**
 * What of the raw scopes a visitor can give: a scope as it is when they hold all of it, else the part
 * that they hold, in scopes of its own (wire-contract §6.2, threats P24).
 */
export async function heldScopes(
  hub: HubContext,
  client: OAuthClient,
  visitor: Principal,
  requested: readonly string[],
): Promise<string[]> {
  const always = new Set(['inherit', ...requiredScopes(client)])
  const whole: string[] = []
  const parts: string[] = []
  for (const scope of requested) {
    const wanted = expanded(hub, client, visitor, [scope])
    const groupsOf = await groupsOfNamed(hub, hub.cache, wanted, visitor.scopes)
    const isHeld = wanted.size > 0 && isSubset(wanted, visitor.scopes, groupsOf)
    if (always.has(scope) || isHeld) whole.push(scope)
    else parts.push(...listScopes(intersectScopes(wanted, visitor.scopes, groupsOf)))
  }
  const given = expanded(hub, client, visitor, whole)
  const more = parts.filter((part) => {
    return !isSubset(expanded(hub, client, visitor, [part]), given, () => [])
  })
  return [...new Set([...whole, ...more])].sort()
}
