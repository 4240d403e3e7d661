import { HubgateError } from '../../base/errors.ts'
import { quoted } from '../../base/quoted.ts'
import type { ServerRecord } from '../../model/server.ts'
import { isActive, logName } from '../../model/server.ts'
import type { ServerEdit } from '../../model/server-changes.ts'
import { edited } from '../../model/server-changes.ts'
import type { UserRecord } from '../../model/user.ts'
import type { Check, Commit, Key, Write } from '../../store/port.ts'
import type { CommitParts } from '../belongings.ts'
import { addedToUser, nothingAdded, sameUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { sharedMoving } from '../shares/share-cascade.ts'
import {
  recordOf,
  requireDisplayName,
  requireNamedServers,
  requireOptions,
  requireServerName,
  roomForServer,
} from './new-server.ts'
import type { ServerEntry } from './server-store.ts'
import { readServer, writeServer } from './server-store.ts'

/** What somebody wants changed of a stopped server; what is left out stays. */
export interface ServerChange extends ServerEdit {
  user: UserRecord
  /** Empty for the default server. */
  server: string
  /** Who asks: a user's or service's name. */
  by: string
}

/** What a round of the change found, and what its commit must check besides. */
interface Found {
  before: ServerEntry | undefined
  record: ServerRecord
  room: Check[]
}

/**
 * The rules for a new name. Whether it is taken is said later, as JupyterHub does.
 * @returns what the commit must check: one more named server where the default one gets a name
 */
async function checkNewName(
  hub: HubContext,
  { user, server }: ServerChange,
  name: string,
  isTaken: boolean,
): Promise<Check[]> {
  if (isTaken) return []
  const room = server === '' ? await roomForServer(hub, user) : []
  requireServerName(name)
  return room
}

async function isNameTaken(hub: HubContext, user: string, name: string | undefined) {
  if (name === undefined) return false
  // The default server is always there, also before its first start.
  return name === '' || (await readServer(hub, user, name)) !== undefined
}

/** @throws HubgateError as {@link changeServer} does */
async function find(hub: HubContext, wish: ServerChange): Promise<Found> {
  const { user, server, name, displayName } = wish
  if (name !== undefined || displayName !== undefined) requireNamedServers(hub)
  const isTaken = await isNameTaken(hub, user.name, name)
  const room = name === undefined ? [] : await checkNewName(hub, wish, name, isTaken)
  if (displayName !== undefined) requireDisplayName(displayName)
  requireOptions(hub, wish.userOptions)
  const before = await readServer(hub, user.name, server)
  if (before === undefined && server !== '') {
    throw new HubgateError('not_found', `User ${user.name} has no such server ${quoted(server)}`)
  }
  const record = before?.value ?? recordOf(hub, { user, name: server, by: wish.by })
  if (isActive(record) || record.remove) {
    const active = logName(user.name, server)
    throw new HubgateError(
      'bad_request',
      `${active} is active. Please stop it before modifying it.`,
    )
  }
  if (isTaken) {
    throw new HubgateError('conflict', `User ${user.name} already has server ${quoted(name ?? '')}`)
  }
  return { before, record, room }
}

/** The time of a server's last activity goes with it. */
async function activityMoving(
  hub: HubContext,
  userId: string,
  from: string,
  to: string,
): Promise<{ check: Check[]; set: Write[]; delete: Key[] }> {
  const entry = await hub.store.get(keys.serverActivity(userId, from))
  if (entry === undefined) return { check: [], set: [], delete: [] }
  const { key, version, value, expiresAt } = entry
  const moved = { key: keys.serverActivity(userId, to), value, expiresAt }
  return { check: [{ key, version }], set: [moved], delete: [key] }
}

/**
 * The commit that moves a server with all that hangs on it to another name. Cookies of the old path
 * stay behind and open nothing: they name the server by its id as well.
 * @param owner the parts that {@link addedToUser} gives
 */
async function movingOf(
  hub: HubContext,
  { before, record, room }: Found,
  after: ServerRecord,
  owner: CommitParts,
): Promise<Commit> {
  const { user, userId, name } = record
  const added = await nothingAdded(hub, keys.belongings('user', userId))
  const parts = [
    await activityMoving(hub, userId, name, after.name),
    await sharedMoving(hub, userId, name, after.name),
  ]
  const from = keys.server(user, name)
  const to = keys.server(user, after.name)
  return {
    check: [
      { key: from, version: before?.version ?? null },
      { key: to, version: null },
      added,
      ...owner.check,
      ...room,
      ...parts.flatMap(({ check }) => check),
    ],
    set: [{ key: to, value: after }, ...owner.set, ...parts.flatMap(({ set }) => set)],
    delete: [from, keys.progress(user, name), ...parts.flatMap((part) => part.delete)],
  }
}

/**
 * Gives a stopped server another name, display name or options, all of it in one commit or none. A
 * new name takes the record along, the activity, shares and share codes; the default server leaves
 * a new default one behind. Whether the one who asks may use the new name is the caller's to check.
 * @returns the server as it is then
 * @throws HubgateError `not_found` for a missing server or user; `conflict` for a name that is taken,
 *   also when it is the server's own; `bad_request` for a name that may not be, one named server too
 *   many, or an active server
 */
export function changeServer(hub: HubContext, wish: ServerChange): Promise<ServerRecord> {
  return change(hub, async () => {
    const owner = addedToUser(await sameUser(hub, wish.user))
    const found = await find(hub, wish)
    const after = edited(found.record, wish)
    if (after.name === found.record.name) {
      const also = found.before === undefined ? owner : {}
      return (await writeServer(hub, found.before, after, { also })) ? after : undefined
    }
    const { applied } = await hub.store.commit(await movingOf(hub, found, after, owner))
    return applied ? after : undefined
  })
}
