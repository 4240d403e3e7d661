import { HubgateError } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import { randomToken } from '../base/random.ts'
import { expandScopes } from '../model/expand-scopes.ts'
import { scopeFault } from '../model/scope-fault.ts'
import { missingScopes } from '../model/subset-scopes.ts'
import type { TokenOwner, TokenRecord } from '../model/token.ts'
import { TOKEN_PREFIX } from '../model/token.ts'
import { tokenKindOf } from '../model/token-kind.ts'
import { normalizeUsername } from '../model/username.ts'
import type { CommitParts } from './belongings.ts'
import { addedToUser, sameUser } from './belongings.ts'
import { change } from './change.ts'
import type { HubContext } from './context.ts'
import { newNumbers } from './ids.ts'
import { keys } from './keys.ts'
import { groupsOfNamed, ownerNow } from './owners.ts'
import { digestShape, tokenShape } from './records.ts'
import { listEntries, readEntries, readEntry } from './shape.ts'
import { findUser } from './users.ts'

export interface TokenRequest {
  owner: TokenOwner
  /** Raw: `inherit`, or scopes that the owner holds. */
  scopes: readonly string[]
  note: string
  /** Milliseconds since the epoch, or null for never. */
  expiresAt: number | null
}

/** @throws HubgateError `bad_request` for scopes that do not exist or that the owner does not hold */
async function checkScopes(hub: HubContext, { owner, scopes }: TokenRequest): Promise<void> {
  const { config } = hub.snapshot()
  for (const scope of scopes) {
    const fault = scopeFault(scope, config.custom_scopes)
    // JupyterHub's answer has these quotes (wire-contract §1.8).
    if (fault !== null) throw new HubgateError('bad_request', `"${fault}"`)
  }
  const now = await ownerNow(hub, hub.cache, config, owner)
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

/** What ties a new token to its owner; services are in the configuration, not in the store. */
async function tie(hub: HubContext, owner: TokenOwner): Promise<CommitParts> {
  if (owner.kind === 'service') return { check: [], set: [] }
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
  const kind = tokenKindOf(scopes)
  return change(hub, async () => {
    const tied = await tie(hub, owner)
    const token = randomToken(TOKEN_PREFIX[kind])
    const digest = sha256(token)
    const id = `a${newNumbers(hub, 1).join('')}`
    const created = hub.clock.now()
    const record: TokenRecord = { id, kind, digest, owner, scopes, note, created, expiresAt }
    const set = [
      { key: keys.token(digest), value: record, expiresAt },
      { key: keys.tokenOf(owner.kind, owner.id, id), value: { digest }, expiresAt },
      // Its presence tells activity.ts that there is such a token.
      { key: keys.tokenActivity(id), value: { at: null }, expiresAt },
    ]
    const { applied } = await hub.store.commit({
      check: [...tied.check, ...set.map(({ key }) => ({ key, version: null }))],
      set: [...set, ...tied.set],
    })
    return applied ? { token, record } : undefined
  })
}

/** Tokens that the config map gives to an owner, in the form of records. */
async function configTokens(hub: HubContext, owner: TokenOwner): Promise<TokenRecord[]> {
  const nameOf = (one: { kind: string; name: string }) =>
    one.kind === 'user' ? normalizeUsername(one.name) : one.name
  const theirs = [...hub.snapshot().tokens].filter(
    ([, token]) => token.owner.kind === owner.kind && nameOf(token.owner) === owner.name,
  )
  if (theirs.length === 0) return []
  const user = owner.kind === 'user' ? await findUser(hub, owner.name) : undefined
  if (owner.kind === 'user' && user?.id !== owner.id) return []
  return theirs.map(([digest, { id }]) => {
    const created = user?.created ?? 0
    const fixed = {
      kind: 'hub',
      scopes: ['inherit'],
      note: 'from config',
      expiresAt: null,
    } as const
    return { ...fixed, scopes: [...fixed.scopes], id, digest, owner, created }
  })
}

/** An owner's tokens that have not expired, in the order of their making; the config map's first. */
export async function listTokens(hub: HubContext, owner: TokenOwner): Promise<TokenRecord[]> {
  const index = await listEntries(hub, keys.tokensOf(owner.kind, owner.id), digestShape)
  const digests = index.map((entry) => keys.token(entry.value.digest))
  const stored = await readEntries(hub, digests, tokenShape)
  const alive = stored.flatMap((entry) => (entry === undefined ? [] : [entry.value]))
  return [...(await configTokens(hub, owner)), ...alive]
}

/** The token of an owner that has this id; undefined when there is none. */
export async function findToken(
  hub: HubContext,
  owner: TokenOwner,
  id: string,
): Promise<TokenRecord | undefined> {
  const configured = (await configTokens(hub, owner)).find((token) => token.id === id)
  if (configured !== undefined) return configured
  const index = await readEntry(hub, keys.tokenOf(owner.kind, owner.id, id), digestShape)
  if (index === undefined) return undefined
  return (await readEntry(hub, keys.token(index.value.digest), tokenShape))?.value
}

/**
 * Ends a token at once, on every replica.
 * @throws HubgateError `not_found` when the owner has no such token; `bad_request` for one of the
 *   config map, which ends when it is taken out of the file
 */
export async function revokeToken(hub: HubContext, owner: TokenOwner, id: string): Promise<void> {
  if ((await configTokens(hub, owner)).some((token) => token.id === id)) {
    throw new HubgateError(
      'bad_request',
      `Token ${id} is in the configuration file: take it out there to revoke it.`,
    )
  }
  await change(hub, async () => {
    const index = await readEntry(hub, keys.tokenOf(owner.kind, owner.id, id), digestShape)
    if (index === undefined) {
      throw new HubgateError('not_found', `No such token ID for ${owner.kind} ${owner.name}`)
    }
    const { applied } = await hub.store.commit({
      check: [{ key: index.key, version: index.version }],
      delete: [index.key, keys.token(index.value.digest), keys.tokenActivity(id)],
    })
    return applied ? true : undefined
  })
}
