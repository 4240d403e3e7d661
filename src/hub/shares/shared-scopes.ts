import { fullName } from '../../model/server.ts'
import type { Grantee } from '../../model/share.ts'
import type { UserRecord } from '../../model/user.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { groupShape, nameShape, sharePlaceShape, shareShape } from '../records.ts'
import { checkShape } from '../shape.ts'
import type { KeyReader } from '../users/users.ts'

async function scopesOfShare(
  hub: HubContext,
  read: KeyReader,
  { kind, id }: Grantee,
  place: { ownerId: string; server: string },
): Promise<string[]> {
  const shareKey = keys.share(place.ownerId, place.server, kind, id)
  const ownerKey = keys.userById(place.ownerId)
  const [share, owner] = await Promise.all([read.get(shareKey), read.get(ownerKey)])
  if (share === undefined || owner === undefined) return []
  const { scopes } = checkShape(hub, shareKey, share, shareShape)
  const { name } = checkShape(hub, ownerKey, owner, nameShape)
  return scopes.map((scope) => `${scope}!server=${fullName(name, place.server)}`)
}

async function scopesSharedWith(
  hub: HubContext,
  read: KeyReader,
  grantee: Grantee,
): Promise<string[]> {
  const prefix = keys.sharesWith(grantee.kind, grantee.id)
  const places = await read.list(prefix)
  const scopes = await Promise.all(
    places.map((place) =>
      scopesOfShare(hub, read, grantee, checkShape(hub, prefix, place, sharePlaceShape)),
    ),
  )
  return scopes.flat()
}

async function groupGrantee(
  hub: HubContext,
  read: KeyReader,
  group: string,
): Promise<Grantee | undefined> {
  const key = keys.group(group)
  const value = await read.get(key)
  return value === undefined
    ? undefined
    : { kind: 'group', id: checkShape(hub, key, value, groupShape).id }
}

/** The raw scopes that shares give the members of a group of this name, each for its server. */
export async function scopesSharedWithGroup(
  hub: HubContext,
  read: KeyReader,
  group: string,
): Promise<string[]> {
  const grantee = await groupGrantee(hub, read, group)
  return grantee === undefined ? [] : scopesSharedWith(hub, read, grantee)
}

/**
 * The raw scopes that others' shares give a user, to them and to their groups (wire-contract §3.4),
 * each with the filter for its server. The same for sessions and tokens: JupyterHub forgets group
 * shares in tokens.
 */
export async function sharedScopes(
  hub: HubContext,
  read: KeyReader,
  user: UserRecord,
): Promise<string[]> {
  const groups = await Promise.all(user.groups.map((group) => groupGrantee(hub, read, group)))
  const grantees: Grantee[] = [
    { kind: 'user', id: user.id },
    ...groups.filter((grantee) => grantee !== undefined),
  ]
  const scopes = await Promise.all(grantees.map((one) => scopesSharedWith(hub, read, one)))
  return scopes.flat()
}
