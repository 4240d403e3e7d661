import { HubgateError } from '../../base/errors.ts'
import { fullName } from '../../model/server.ts'
import type { ServerPlace } from '../../model/share-scopes.ts'
import type { UserRecord } from '../../model/user.ts'
import { isValidUsername } from '../../model/username.ts'
import type { Entry } from '../../store/port.ts'
import type { CommitParts } from '../belongings.ts'
import type { HubContext } from '../context.ts'
import { isValidGroupName } from '../groups/groups.ts'
import { keys } from '../keys.ts'
import type { ServerState } from '../records.ts'
import { groupShape, serverStateShape, userShape } from '../records.ts'
import { readEntry } from '../shape.ts'

/** A user or group by name; names of users are normalised. */
export interface NamedGrantee {
  kind: 'user' | 'group'
  name: string
}

/** A server that can be shared, as read in this round of a change. */
export interface SharedServer {
  owner: Entry<UserRecord>
  name: string
  /** Undefined for a default server that nobody has started yet: it can be shared all the same. */
  server: Entry<ServerState> | undefined
}

/** A grantee as read in this round of a change. */
export interface GranteeEntry {
  kind: 'user' | 'group'
  entry: Entry<{ id: string }>
}

/**
 * A server with its owner, straight from the store; undefined when there is none. The default one
 * exists as soon as its owner does.
 */
export async function findSharedServer(
  hub: HubContext,
  { owner, server: name }: ServerPlace,
): Promise<SharedServer | undefined> {
  if (!isValidUsername(owner)) return undefined
  const user = await readEntry(hub, keys.user(owner), userShape)
  if (user === undefined) return undefined
  const server = await readEntry(hub, keys.server(owner, name), serverStateShape)
  return server === undefined && name !== '' ? undefined : { owner: user, name, server }
}

/**
 * The same for a server that must exist.
 * @throws HubgateError `not_found`
 */
export async function sharedServer(hub: HubContext, place: ServerPlace): Promise<SharedServer> {
  const found = await findSharedServer(hub, place)
  if (found !== undefined) return found
  const name = fullName(place.owner, place.server)
  throw new HubgateError('not_found', `No such server: ${name}`)
}

/** The user or group as it is in the store; undefined when there is none. */
export async function readGrantee(
  hub: HubContext,
  { kind, name }: NamedGrantee,
): Promise<GranteeEntry | undefined> {
  if (kind === 'user') {
    if (!isValidUsername(name)) return undefined
    const entry = await readEntry(hub, keys.user(name), userShape)
    return entry && { kind, entry }
  }
  if (!isValidGroupName(name)) return undefined
  const entry = await readEntry(hub, keys.group(name), groupShape)
  return entry && { kind, entry }
}

/**
 * For a commit that hangs something new on a server: it fails when the server or its owner was
 * changed or removed since, and whoever removes them at the same time looks again.
 */
export function addedToServer({ owner, name, server }: SharedServer): CommitParts {
  const { key, version, value } = owner
  const named = name === '' || server === undefined ? [] : [server]
  return {
    check: [
      { key, version },
      ...named.map((entry) => ({ key: entry.key, version: entry.version })),
    ],
    set: [{ key: keys.belongings('user', value.id), value: {} }],
  }
}

/** What ties a share to its grantee; nothing more when they own the server. */
export function addedToGrantee(
  { kind, entry }: GranteeEntry,
  owner: Entry<UserRecord>,
): CommitParts {
  const { id } = entry.value
  if (kind === 'user' && id === owner.value.id) return { check: [], set: [] }
  return {
    check: [{ key: entry.key, version: entry.version }],
    set: [{ key: keys.belongings(kind, id), value: {} }],
  }
}
