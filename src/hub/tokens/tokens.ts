import { HubgateError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { randomToken } from '../../base/random.ts'
import type { ConfigToken } from '../../config/snapshot.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { scopeFault } from '../../model/scope-fault.ts'
import { missingScopes } from '../../model/subset-scopes.ts'
import type { TokenKind, TokenOwner, TokenRecord } from '../../model/token.ts'
import { TOKEN_PREFIX } from '../../model/token.ts'
import { tokenKindOf } from '../../model/token-kind.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { CommitParts } from '../belongings.ts'
import { addedToUser, sameUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { currentOwner, groupsOfNamed } from '../identity/owners.ts'
import { newNumbers } from '../ids.ts'
import { keys } from '../keys.ts'
import { byCodePoint } from '../order.ts'
import { digestShape, tokenShape } from '../records.ts'
import { addedToService, findService } from '../services/services.ts'
import { listEntries, readEntries, readEntry } from '../shape.ts'
import { findUser } from '../users/users.ts'
import type { TokenPlace } from './token-keys.ts'
import { tokenKeys, tokenPlace, tokenPlaces } from './token-keys.ts'
import { tokenWrites } from './token-writes.ts'

export interface TokenRequest {
  owner: TokenOwner
  /** Raw: `inherit`, or scopes that the owner holds. */
  scopes: readonly string[]
  note: string
  /** Milliseconds since the epoch, or null for never. */
  expiresAt: number | null
  /** What it opens where the scopes are not to say it; see {@link tokenKindOf}. */
  kind?: TokenKind | undefined
}

/** @throws HubgateError `bad_request` for scopes that do not exist or that the owner does not hold */
async function checkScopes(hub: HubContext, { owner, scopes }: TokenRequest): Promise<void> {
  const { config } = hub.snapshot()
  for (const scope of scopes) {
    const fault = scopeFault(scope, config.custom_scopes)
    // JupyterHub's answer has these quotes (wire-contract §1.8).
    if (fault !== null) throw new HubgateError('bad_request', `"${fault}"`)
  }
  const now = await currentOwner(hub, owner)
  if (now === undefined || now.id !== owner.id) throw new HubgateError('not_found')
  const asked = expandScopes(scopes, owner, config.custom_scopes)
  const groupsOf = await groupsOfNamed(hub, hub.cache, asked, now.scopes)
  const missing = missingScopes(asked, now.scopes, groupsOf)
  if (missing.length === 0) return
  const holder = `${owner.kind === 'user' ? 'User' : 'Service'} ${owner.name}`
  throw new HubgateError(
    'bad_request',
    `Not assigning requested scopes ${missing.join(',')} not held by ${holder}`,
  )
}

/** Of a token that no OAuth client was issued. */
const NO_CLIENT = { client: null, clientInstance: null, session: null } as const

/** What ties a new token to its owner. */
async function tie(hub: HubContext, owner: TokenOwner): Promise<CommitParts> {
  if (owner.kind === 'service') return addedToService(hub, owner)
  return addedToUser(await sameUser(hub, owner))
}

/**
 * Makes a token. Whether the one who asks may make it is the caller's to check; it never gets more
 * than its owner holds.
 * @returns the token, which is shown this once and kept nowhere, and its record
 * @throws HubgateError `not_found` when the owner is gone; `bad_request` for scopes that do not exist
 *   or that the owner does not hold
 */
export async function issueToken(
  hub: HubContext,
  request: TokenRequest,
): Promise<{ token: string; record: TokenRecord }> {
  await checkScopes(hub, request)
  const { owner, note, expiresAt } = request
  const scopes = [...new Set(request.scopes)]
  const kind = request.kind ?? tokenKindOf(scopes)
  return change(hub, async () => {
    const tied = await tie(hub, owner)
    const token = randomToken(TOKEN_PREFIX[kind])
    const digest = sha256(token)
    const id = `a${newNumbers(hub, 1).join('')}`
    const created = hub.clock.now()
    const record: TokenRecord = {
      ...{ id, kind, digest, owner, scopes, note, created, expiresAt },
      ...NO_CLIENT,
    }
    const set = tokenWrites(record)
    const { applied } = await hub.store.commit({
      check: [...tied.check, ...set.map(({ key }) => ({ key, version: null }))],
      set: [...set, ...tied.set],
    })
    return applied ? { token, record } : undefined
  })
}

/** The owner of a token of the config map as there is one now, and since when. */
async function ownerOfConfigToken(
  hub: HubContext,
  { kind, name }: Pick<TokenOwner, 'kind' | 'name'>,
): Promise<(TokenOwner & { created: number }) | undefined> {
  if (kind === 'service') {
    const service = await findService(hub, name)
    return service && { kind, name, id: service.id, created: 0 }
  }
  const user = await findUser(hub, normalizeUsername(name))
  return user && { kind, name: user.name, id: user.id, created: user.created }
}

async function recordOfConfigToken(
  hub: HubContext,
  digest: string,
  { id, owner: named }: ConfigToken,
): Promise<TokenRecord[]> {
  const found = await ownerOfConfigToken(hub, named)
  if (found === undefined) return []
  const { created, ...owner } = found
  const about = { id, digest, owner, created, note: 'from config', expiresAt: null }
  return [{ ...about, kind: 'hub', scopes: ['inherit'], ...NO_CLIENT }]
}

/** The tokens of the config map whose owners exist, in the form of records, by id. */
export async function configTokens(hub: HubContext): Promise<TokenRecord[]> {
  const tokens = [...hub.snapshot().tokens]
  const records = await Promise.all(
    tokens.map(([digest, token]) => recordOfConfigToken(hub, digest, token)),
  )
  return records.flat().sort((a, b) => byCodePoint(a.id, b.id))
}

/** Whether a token is in the config map, where alone it can be ended. */
export function isConfigToken(hub: HubContext, { digest }: Pick<TokenRecord, 'digest'>): boolean {
  return hub.snapshot().tokens.has(digest)
}

async function configTokensOf(hub: HubContext, owner: TokenOwner): Promise<TokenRecord[]> {
  const nameOf = ({ kind, name }: ConfigToken['owner']) =>
    kind === 'user' ? normalizeUsername(name) : name
  const theirs = [...hub.snapshot().tokens].filter(
    ([, token]) => token.owner.kind === owner.kind && nameOf(token.owner) === owner.name,
  )
  const records = await Promise.all(
    theirs.map(([digest, token]) => recordOfConfigToken(hub, digest, token)),
  )
  return records.flat().filter((record) => record.owner.id === owner.id)
}

/** An owner's tokens that have not expired, in the order of their making; the config map's first. */
export async function listTokens(hub: HubContext, owner: TokenOwner): Promise<TokenRecord[]> {
  const index = await listEntries(hub, keys.tokensOf(owner.kind, owner.id), digestShape)
  const digests = index.map((entry) => keys.token(entry.value.digest))
  const stored = await readEntries(hub, digests, tokenShape)
  const alive = stored.flatMap((entry) => (entry === undefined ? [] : [entry.value]))
  return [...(await configTokensOf(hub, owner)), ...alive]
}

/** The token of an owner that has this id; undefined when there is none. */
export async function findToken(
  hub: HubContext,
  owner: TokenOwner,
  id: string,
): Promise<TokenRecord | undefined> {
  const configured = (await configTokensOf(hub, owner)).find((token) => token.id === id)
  if (configured !== undefined) return configured
  const index = await readEntry(hub, keys.tokenOf(owner.kind, owner.id, id), digestShape)
  if (index === undefined) return undefined
  return (await readEntry(hub, keys.token(index.value.digest), tokenShape))?.value
}

/** A token, and with one that an OAuth client was issued all that its owner gave that client. */
async function withSiblings(hub: HubContext, place: TokenPlace): Promise<TokenPlace[]> {
  const { client, owner } = place
  if (client === null) return [place]
  const issued = await tokenPlaces(hub, keys.tokensOfClient(client))
  const same = issued.filter((one) => one.owner.kind === owner.kind && one.owner.id === owner.id)
  return [place, ...same.filter(({ digest }) => digest !== place.digest)]
}

/**
 * Ends a token at once, on every replica; one that an OAuth client was issued together with all others
 * that its owner gave that client (wire-contract §1.8).
 * @throws HubgateError `not_found` when the owner has no such token; `bad_request` for one of the
 *   config map, which ends when it is taken out of the file
 */
export async function revokeToken(hub: HubContext, owner: TokenOwner, id: string): Promise<void> {
  if ((await configTokensOf(hub, owner)).some((token) => token.id === id)) {
    throw new HubgateError(
      'bad_request',
      `Token ${id} is in the configuration file: take it out there to revoke it.`,
    )
  }
  await change(hub, async () => {
    const entry = await tokenPlace(hub, keys.tokenOf(owner.kind, owner.id, id))
    if (entry === undefined) {
      throw new HubgateError('not_found', `No such token ${id} for ${owner.kind} ${owner.name}`)
    }
    const { applied } = await hub.store.commit({
      check: [{ key: entry.key, version: entry.version }],
      delete: (await withSiblings(hub, entry.value)).flatMap(tokenKeys),
    })
    return applied ? true : undefined
  })
}
