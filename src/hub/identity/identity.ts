import { constantTimeEqual, sha256 } from '../../base/hash.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import type { Principal } from '../../model/principal.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { TokenRecord } from '../../model/token.ts'
import { SERVER_TOKEN_NOTE } from '../../model/token.ts'
import type { UserRecord } from '../../model/user.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { CacheReader } from '../../store/cache.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { clientOfToken } from '../oauth/clients.ts'
import { tokenShape } from '../records.ts'
import { brokenRecord, checkShape } from '../shape.ts'
import { currentOwner, effectiveScopes, ownerNow } from './owners.ts'

/** Longer tokens are not looked at; characters. */
export const MAX_TOKEN_LENGTH = 512

/** One word of visible characters: what an `Authorization` header can carry. */
const WORD = /^[^\p{C}\p{Z}]+$/u

type Claim = Pick<
  TokenRecord,
  'id' | 'kind' | 'scopes' | 'note' | 'expiresAt' | 'client' | 'clientInstance' | 'session'
> & {
  /** @property id null for a token of the config map, which goes by the name */
  owner: { kind: 'user' | 'service'; name: string; id: string | null }
}

function configClaim(snapshot: Snapshot, digest: string): Claim | undefined {
  const token = snapshot.tokens.get(digest)
  if (token === undefined) return undefined
  const { kind, name } = token.owner
  const owner = { kind, name: kind === 'user' ? normalizeUsername(name) : name, id: null }
  const issued = { client: null, clientInstance: null, session: null }
  const rights = { kind: 'hub' as const, scopes: ['inherit'], note: '' }
  return { id: token.id, ...rights, expiresAt: null, owner, ...issued }
}

async function storedClaim(
  hub: HubContext,
  read: CacheReader,
  digest: string,
): Promise<Claim | undefined> {
  const key = keys.token(digest)
  const value = await read.get(key)
  if (value === undefined) return undefined
  const record = checkShape(hub, key, value, tokenShape)
  if (!constantTimeEqual(record.digest, digest)) throw brokenRecord(hub, key, ['digest: another'])
  return record
}

async function derivePrincipal(
  hub: HubContext,
  read: CacheReader,
  snapshot: Snapshot,
  digest: string,
): Promise<Principal | undefined> {
  const claim = configClaim(snapshot, digest) ?? (await storedClaim(hub, read, digest))
  if (claim === undefined) return undefined
  const owner = await ownerNow(hub, read, snapshot.config, claim.owner)
  if (owner === undefined) return undefined
  if (claim.owner.id !== null && claim.owner.id !== owner.id) return undefined
  const client = await clientOfToken(hub, read, snapshot.config, claim)
  if (client === undefined) return undefined
  const { id, kind, scopes, session, note } = claim
  const credential = {
    ...{ type: 'token' as const, id, kind, inherits: scopes.includes('inherit') },
    ...(session === null ? {} : { session }),
    ...(note.startsWith(SERVER_TOKEN_NOTE) ? { ofServer: true as const } : {}),
  }
  return {
    kind: owner.kind,
    name: owner.name,
    id: owner.id,
    admin: owner.admin,
    scopes: await effectiveScopes(hub, read, snapshot.config, owner, scopes, client),
    credential,
    expiresAt: claim.expiresAt,
  }
}

/** Whether something that ends at a time is over. */
export function isOver(hub: HubContext, { expiresAt }: { expiresAt: number | null }): boolean {
  return expiresAt !== null && expiresAt <= hub.clock.now()
}

/**
 * Who a hub or notebook token stands for and what it allows right now, through the cache: a change
 * of the token, its owner, the owner's groups or the configuration shows at the next call.
 * @returns undefined for a token that is unknown, malformed, expired, or whose owner or client is gone
 */
export async function principalOfToken(
  hub: HubContext,
  token: string,
): Promise<Principal | undefined> {
  if (token.length > MAX_TOKEN_LENGTH || !WORD.test(token)) return undefined
  const digest = sha256(token)
  const snapshot = hub.snapshot()
  const principal = await hub.cache.derive(
    ['principal', digest, String(snapshot.generation)],
    (read) => derivePrincipal(hub, read, snapshot, digest),
  )
  return principal === undefined || isOver(hub, principal) ? undefined : principal
}

/**
 * What a token allows right now, for showing it.
 * @returns nothing for a token whose owner or client is gone
 */
export async function scopesOfToken(hub: HubContext, token: TokenRecord): Promise<ScopeSet> {
  const { config } = hub.snapshot()
  const owner = await currentOwner(hub, token.owner)
  if (owner === undefined || owner.id !== token.owner.id) return new Map()
  const client = await clientOfToken(hub, hub.cache, config, token)
  if (client === undefined) return new Map()
  return effectiveScopes(hub, hub.cache, config, owner, token.scopes, client)
}

/** What a user may do right now by their roles and by shares, expanded. */
export async function scopesOfUser(hub: HubContext, user: UserRecord): Promise<ScopeSet> {
  const owner = await currentOwner(hub, { kind: 'user', name: user.name })
  return owner?.id === user.id ? owner.scopes : new Map()
}
