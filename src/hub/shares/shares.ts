import { HubgateError } from '../../base/errors.ts'
import type { Grantee, ShareRecord } from '../../model/share.ts'
import type { ServerPlace } from '../../model/share-scopes.ts'
import type { Entry } from '../../store/port.ts'
import type { CommitParts } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { newNumbers, recordId } from '../ids.ts'
import { keys } from '../keys.ts'
import { shareShape } from '../records.ts'
import { listEntries, readEntry } from '../shape.ts'
import type { GranteeEntry, NamedGrantee, SharedServer } from './share-ends.ts'
import { addedToGrantee, addedToServer, readGrantee, sharedServer } from './share-ends.ts'

function readShare(
  hub: HubContext,
  ownerId: string,
  server: string,
  { kind, id }: Grantee,
): Promise<Entry<ShareRecord> | undefined> {
  return readEntry(hub, keys.share(ownerId, server, kind, id), shareShape)
}

/**
 * What a commit that shares a server takes along. Scopes are added to those of a share that there is.
 * @returns the share as it will be
 */
export async function grantOf(
  hub: HubContext,
  on: SharedServer,
  to: GranteeEntry,
  scopes: readonly string[],
): Promise<{ share: ShareRecord; parts: CommitParts }> {
  const ownerId = on.owner.value.id
  const grantee: Grantee = { kind: to.kind, id: to.entry.value.id }
  const before = await readShare(hub, ownerId, on.name, grantee)
  const fresh = { ownerId, server: on.name, grantee, created: hub.clock.now() }
  const known = before?.value ?? { ...fresh, id: recordId(newNumbers(hub, 1)[0] ?? 0), scopes: [] }
  const share = { ...known, scopes: [...new Set([...known.scopes, ...scopes])].sort() }
  const key = keys.share(ownerId, on.name, grantee.kind, grantee.id)
  const index = keys.shareWith(grantee.kind, grantee.id, ownerId, on.name)
  const [atServer, atGrantee] = [addedToServer(on), addedToGrantee(to, on.owner)]
  const check = [...atServer.check, ...atGrantee.check, { key, version: before?.version ?? null }]
  // Nothing new: a write would only make others read it again.
  if (before?.value.scopes.length === share.scopes.length)
    return { share, parts: { check, set: [] } }
  const place = { ownerId, server: on.name }
  const written = [
    { key, value: share },
    { key: index, value: place },
  ]
  return { share, parts: { check, set: [...atServer.set, ...atGrantee.set, ...written] } }
}

/**
 * Shares a server with a user or a group. Whether the one who asks may is the caller's to check.
 * @param scopes without a filter: they count for this server alone
 * @throws HubgateError `not_found` for an unknown server, `bad_request` for an unknown grantee
 */
export function grantShare(
  hub: HubContext,
  place: ServerPlace,
  to: NamedGrantee,
  scopes: readonly string[],
): Promise<ShareRecord> {
  return change(hub, async () => {
    const on = await sharedServer(hub, place)
    const grantee = await readGrantee(hub, to)
    if (grantee === undefined) {
      throw new HubgateError('bad_request', `No such ${to.kind}: ${to.name}`)
    }
    const { share, parts } = await grantOf(hub, on, grantee, scopes)
    const { applied } = await hub.store.commit(parts)
    return applied ? share : undefined
  })
}

/** The share of a server with a user or a group, straight from the store; undefined when there is none. */
export async function findShare(
  hub: HubContext,
  place: ServerPlace,
  grantee: NamedGrantee,
): Promise<ShareRecord | undefined> {
  const owner = await readGrantee(hub, { kind: 'user', name: place.owner })
  const to = await readGrantee(hub, grantee)
  if (owner === undefined || to === undefined) return undefined
  const who = { kind: to.kind, id: to.entry.value.id }
  return (await readShare(hub, owner.entry.value.id, place.server, who))?.value
}

/** A commit that ends a share, or leaves fewer scopes of it. */
async function shrink(
  hub: HubContext,
  before: Entry<ShareRecord>,
  left: readonly string[],
): Promise<{ share: ShareRecord | undefined } | undefined> {
  const { key, version, value } = before
  const { kind, id } = value.grantee
  const share = left.length === 0 ? undefined : { ...value, scopes: left }
  const index = keys.shareWith(kind, id, value.ownerId, value.server)
  const { applied } = await hub.store.commit({
    check: [{ key, version }],
    ...(share === undefined ? { delete: [key, index] } : { set: [{ key, value: share }] }),
  })
  return applied ? { share } : undefined
}

/**
 * Takes scopes back from a user or a group, at once. Nobody needs to exist for that.
 * @param scopes without a filter; null for all
 * @returns what is left of the share; undefined when nothing is
 * @throws HubgateError `not_found` for an unknown server
 */
export async function revokeShare(
  hub: HubContext,
  place: ServerPlace,
  from: NamedGrantee,
  scopes: readonly string[] | null,
): Promise<ShareRecord | undefined> {
  const done = await change(hub, async () => {
    const { owner } = await sharedServer(hub, place)
    const grantee = await readGrantee(hub, from)
    if (grantee === undefined) return { share: undefined }
    const { kind, entry } = grantee
    const before = await readShare(hub, owner.value.id, place.server, { kind, id: entry.value.id })
    if (before === undefined) return { share: undefined }
    const left = before.value.scopes.filter((scope) => scopes !== null && !scopes.includes(scope))
    if (left.length === before.value.scopes.length) return { share: before.value }
    return shrink(hub, before, left)
  })
  return done.share
}

/**
 * Ends all shares of a server; its share codes stay.
 * @throws HubgateError `not_found` for an unknown server
 */
export async function revokeShares(hub: HubContext, place: ServerPlace): Promise<void> {
  await change(hub, async () => {
    const { owner } = await sharedServer(hub, place)
    const prefix = keys.sharesOfServer(owner.value.id, place.server)
    const shares = await listEntries(hub, prefix, shareShape)
    if (shares.length === 0) return true
    const { applied } = await hub.store.commit({
      check: shares.map(({ key, version }) => ({ key, version })),
      delete: shares.flatMap(({ key, value: { ownerId, server, grantee } }) => [
        key,
        keys.shareWith(grantee.kind, grantee.id, ownerId, server),
      ]),
    })
    return applied ? true : undefined
  })
}
