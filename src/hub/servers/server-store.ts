import type { ServerRecord } from '../../model/server.ts'
import { isActive, isQueued, isReady, pendingOf } from '../../model/server.ts'
import type { Check, Commit, Entry, Key, Lease, Write } from '../../store/port.ts'
import type { CommitParts } from '../belongings.ts'
import { nothingAdded } from '../belongings.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { sharedOfServer } from '../shares/share-cascade.ts'
import { keysOfRun } from './server-token.ts'

/** A server's record as read, with the version that a change of it must check. */
export type ServerEntry = Entry<ServerRecord>

/** The current record, straight from the store. */
export function readServer(
  hub: HubContext,
  user: string,
  name: string,
): Promise<ServerEntry | undefined> {
  return hub.store.get<ServerRecord>(keys.server(user, name))
}

/** Whether nothing is left to do about a server. */
export function isSettled(server: ServerRecord): boolean {
  return pendingOf(server) === null && !(server.remove && !isReady(server))
}

/** The place in the queue of starts; undefined for a server that does not wait. */
function queuePlace(server: ServerRecord | undefined): Key | undefined {
  if (server === undefined || !isQueued(server)) return undefined
  return keys.startInQueue(server.queuedAt ?? 0, server.user, server.name)
}

/** What a change of a record changes in the queue of starts. */
function queueParts(
  before: ServerRecord | undefined,
  after: ServerRecord | undefined,
): { set: Write[]; delete: Key[] } {
  const [from, to] = [queuePlace(before), queuePlace(after)]
  const value = { user: after?.user, name: after?.name }
  return {
    set: to === undefined ? [] : [{ key: to, value }],
    delete: from === undefined || from[1] === to?.[1] ? [] : [from],
  }
}

/** What ends with the run that a record is about, when another replaces that record. */
async function endedWith(
  hub: HubContext,
  before: ServerEntry | undefined,
  server: ServerRecord,
): Promise<Key[]> {
  if (before === undefined || before.value.secret === server.secret) return []
  return keysOfRun(hub, before.value)
}

/**
 * Writes a record with its indexes in one commit. With the run that it ends end the run's tokens.
 * @param before the entry that it replaces, or undefined for a new server
 * @param options.also more of the same commit
 * @param options.fence a lease that must still be held
 * @returns false when somebody else changed the record in between
 */
export async function writeServer(
  hub: HubContext,
  before: ServerEntry | undefined,
  server: ServerRecord,
  options: { also?: Partial<CommitParts>; fence?: Lease | undefined } = {},
): Promise<boolean> {
  const { user, name } = server
  const indexes: [boolean, readonly string[]][] = [
    [isActive(server), keys.activeServer(user, name)],
    [pendingOf(server) !== null, keys.pendingServer(user, name)],
  ]
  const queue = queueParts(before?.value, server)
  const commit: Commit = {
    check: [
      { key: keys.server(user, name), version: before?.version ?? null },
      ...(options.also?.check ?? []),
    ],
    set: [
      { key: keys.server(user, name), value: server },
      ...indexes.filter(([on]) => on).map(([, key]) => ({ key, value: {} })),
      ...queue.set,
      ...(options.also?.set ?? []),
    ],
    delete: [
      ...indexes.filter(([on]) => !on).map(([, key]) => key),
      ...queue.delete,
      ...(await endedWith(hub, before, server)),
    ],
    fence: options.fence === undefined ? [] : [options.fence],
  }
  const { applied } = await hub.store.commit(commit)
  return applied
}

/** The commit that removes a record with everything that hangs on it. */
async function erasureOf(
  hub: HubContext,
  { key, version, value }: ServerEntry,
  added: Check,
  fence: Lease | undefined,
): Promise<Commit> {
  const { user, userId, name } = value
  return {
    check: [{ key, version }, added],
    delete: [
      key,
      keys.activeServer(user, name),
      keys.pendingServer(user, name),
      ...queueParts(value, undefined).delete,
      keys.progress(user, name),
      keys.serverActivity(userId, name),
      ...(await sharedOfServer(hub, userId, name)),
      ...(await keysOfRun(hub, value)),
    ],
    fence: fence === undefined ? [] : [fence],
  }
}

/**
 * Removes a record with everything that hangs on it, shares and share codes too.
 * @returns false when somebody else changed the record in between
 */
export async function eraseServer(
  hub: HubContext,
  before: ServerEntry,
  fence?: Lease,
): Promise<boolean> {
  const belongings = keys.belongings('user', before.value.userId)
  let added = await nothingAdded(hub, belongings)
  for (;;) {
    const { applied } = await hub.store.commit(await erasureOf(hub, before, added, fence))
    if (applied) return true
    const now = await nothingAdded(hub, belongings)
    if (now.version === added.version) return false
    added = now
  }
}
