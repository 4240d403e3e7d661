import type { Config } from '../../config/schema.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { identityScopes } from '../../model/identity-scopes.ts'
import { intersectScopes, usersNamed } from '../../model/intersect-scopes.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import { boundToClient } from '../../model/oauth-client.ts'
import type { GroupsOf } from '../../model/scope-filters.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { TokenOwner } from '../../model/token.ts'
import type { HubContext } from '../context.ts'
import { serviceThrough } from '../services/services.ts'
import type { KeyReader } from '../users/users.ts'
import { userThrough } from '../users/users.ts'
import { isAdmin, serviceScopes, userScopes } from './owner-scopes.ts'

/** A user or service that owns a token, as it is now. */
export interface Owner extends TokenOwner {
  admin: boolean
  /** Expanded. */
  scopes: ScopeSet
}

async function serviceNow(
  hub: HubContext,
  read: KeyReader,
  config: Config,
  name: string,
): Promise<Owner | undefined> {
  const service = await serviceThrough(hub, read, config, name)
  if (service === undefined) return undefined
  const { id, admin } = service
  return { kind: 'service', id, name, admin, scopes: serviceScopes(config, service) }
}

/** The service or the user of exactly that name as it is now; undefined when there is none. */
export async function ownerNow(
  hub: HubContext,
  read: KeyReader,
  config: Config,
  owner: Pick<TokenOwner, 'kind' | 'name'>,
): Promise<Owner | undefined> {
  if (owner.kind === 'service') return serviceNow(hub, read, config, owner.name)
  const user = await userThrough(hub, read, owner.name)
  if (user === undefined) return undefined
  const { id, name } = user
  const scopes = await userScopes(hub, read, config, user)
  return { kind: 'user', id, name, admin: isAdmin(config, user), scopes }
}

/** The same under the configuration in force, through the cache: not to be changed. */
export function currentOwner(
  hub: HubContext,
  { kind, name }: Pick<TokenOwner, 'kind' | 'name'>,
): Promise<Owner | undefined> {
  const { config, generation } = hub.snapshot()
  return hub.cache.derive(['owner', kind, name, String(generation)], (read) =>
    ownerNow(hub, read, config, { kind, name }),
  )
}

/** The groups, as they are now, of the users whom the sets' filters name. */
export async function groupsOfNamed(
  hub: HubContext,
  read: KeyReader,
  ...sets: readonly ScopeSet[]
): Promise<GroupsOf> {
  const groups = new Map<string, readonly string[]>()
  if (!sets.some(hasGroupFilter)) return () => []
  for (const name of new Set(sets.flatMap((set) => [...usersNamed(set)]))) {
    groups.set(name, (await userThrough(hub, read, name))?.groups ?? [])
  }
  return (name) => groups.get(name) ?? []
}

function hasGroupFilter(set: ScopeSet): boolean {
  return [...set.values()].some((filters) => filters !== true && filters.group !== undefined)
}

/**
 * What a token with these raw scopes allows now (wire-contract §3.4): never more than its owner may
 * do; with `inherit` exactly that. One that an OAuth client was issued opens the client itself, too,
 * and the client's server or service is what a bare `!server` or `!service` means.
 */
export async function effectiveScopes(
  hub: HubContext,
  read: KeyReader,
  config: Config,
  owner: Owner,
  raw: readonly string[],
  client: OAuthClient | null = null,
): Promise<ScopeSet> {
  if (raw.includes('inherit')) return owner.scopes
  const bound =
    client === null
      ? raw
      : [...raw.map((scope) => boundToClient(client, scope)), client.accessScope]
  const asked = expandScopes([...bound, ...identityScopes(owner)], owner, config.custom_scopes)
  const groupsOf = await groupsOfNamed(hub, read, asked, owner.scopes)
  return intersectScopes(asked, owner.scopes, groupsOf)
}
