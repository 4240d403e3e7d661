import { seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import { randomId } from '../../base/random.ts'
import type { ProgressEvent, ServerRecord } from '../../model/server.ts'
import { isQueued, isReady, logName, pendingOf } from '../../model/server.ts'
import { cancelled, edited, settled, startWanted, stopWanted } from '../../model/server-changes.ts'
import type { Check } from '../../store/port.ts'
import type { ActivityTarget } from '../activity/activity-write.ts'
import { activityParts } from '../activity/activity-write.ts'
import { addedToUser, sameUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { NewServer } from './new-server.ts'
import {
  checkNewServer,
  recordOf,
  requireDisplayName,
  requireNamedServers,
  requireOptions,
} from './new-server.ts'
import type { ServerEntry } from './server-store.ts'
import { eraseServer, readServer, writeServer } from './server-store.ts'
import { newRunSecret } from './server-token.ts'
import { checkSpawnLimits } from './spawn-limits.ts'

/** @returns a user's server, running or stopped, through the cache */
export function findServer(
  hub: HubContext,
  user: string,
  name: string,
): Promise<ServerRecord | undefined> {
  return hub.cache.get<ServerRecord>(keys.server(user, name))
}

/** @returns all servers of a user, stopped ones too, the default one first, then by name */
export function listServers(hub: HubContext, user: string): Promise<ServerRecord[]> {
  return hub.cache.derive(['servers-of', user], (read) =>
    read.list<ServerRecord>(keys.serversOf(user)),
  )
}

/**
 * Makes a named server without starting it.
 * @throws HubgateError `conflict` when it exists, as the default server always does; `bad_request`
 *   for a bad name or one too many; `not_found` when the user is gone
 */
export function createServer(hub: HubContext, wish: NewServer): Promise<ServerRecord> {
  const { user, name } = wish
  return change(hub, async () => {
    const isThere = name === '' || (await readServer(hub, user.name, name)) !== undefined
    if (isThere) {
      const server = name === '' ? 'a default server' : `server ${name}`
      throw new HubgateError('conflict', `User ${user.name} already has ${server}`)
    }
    requireNamedServers(hub)
    const room = await checkNewServer(hub, wish)
    requireOptions(hub, wish.userOptions)
    const server = recordOf(hub, wish)
    const owner = addedToUser(await sameUser(hub, user))
    const also = { ...owner, check: [...owner.check, ...room] }
    return (await writeServer(hub, undefined, server, { also })) ? server : undefined
  })
}

/** @throws HubgateError `bad_request` when the server cannot be started as it stands */
function refuseRunning(server: ServerRecord): void {
  if (isReady(server)) {
    throw new HubgateError('bad_request', `${logName(server.user, server.name)} is already running`)
  }
  if (pendingOf(server) === 'stop') {
    throw new HubgateError('bad_request', `${logName(server.user, server.name)} is pending stop`)
  }
}

/** What a start finds, or makes. */
async function toBeStarted(
  hub: HubContext,
  before: ServerEntry | undefined,
  wish: NewServer,
): Promise<{ server: ServerRecord; room: Check[] }> {
  requireOptions(hub, wish.userOptions)
  if (before === undefined) {
    return { room: await checkNewServer(hub, wish), server: recordOf(hub, wish) }
  }
  const { name, displayName = '', userOptions } = wish
  const shown = name === '' || displayName === '' ? undefined : displayName
  if (shown !== undefined) requireDisplayName(shown)
  const edit = { displayName: shown, userOptions: userOptions ?? undefined }
  return { room: [], server: edited(before.value, edit) }
}

/** A start is a use of the server by its owner (wire-contract §4.1). */
function startTargets({ userId, name }: ServerRecord): ActivityTarget[] {
  return [
    { kind: 'user', id: userId },
    { kind: 'server', userId, server: name },
  ]
}

const REQUESTED: ProgressEvent = { progress: 0, message: 'Server requested' }
const WAITING: ProgressEvent = { progress: 0, message: 'Waiting until fewer servers are starting' }

export interface StartWish extends NewServer {
  /** Rather waits until fewer servers are starting than is refused. */
  mayQueue?: boolean
}

async function tryStart(hub: HubContext, wish: StartWish): Promise<ServerRecord | undefined> {
  const before = await readServer(hub, wish.user.name, wish.name)
  if (before !== undefined) {
    refuseRunning(before.value)
    if (pendingOf(before.value) === 'spawn') return before.value
  }
  const { server: found, room } = await toBeStarted(hub, before, wish)
  const queued = await checkSpawnLimits(hub, wish.mayQueue === true)
  const now = hub.clock.now()
  const { spawn_queue_timeout, spawner } = hub.snapshot().config
  const patience = queued ? spawn_queue_timeout : spawner.start_timeout + spawner.http_timeout
  const runId = randomId()
  const { parts, ...secret } = newRunSecret(hub, found)
  const server = startWanted(found, {
    ...secret,
    runId,
    by: wish.by,
    now,
    deadline: now + seconds(patience),
    queued,
  })
  const progress = {
    key: keys.progress(server.user, server.name),
    value: { runId, events: queued ? [REQUESTED, WAITING] : [REQUESTED] },
  }
  const owner = addedToUser(await sameUser(hub, wish.user))
  const used = await activityParts(hub, startTargets(server), now)
  const also = {
    check: [...owner.check, ...room, ...used.check, ...parts.check],
    set: [...owner.set, ...used.set, ...parts.set, progress],
  }
  return (await writeServer(hub, before, server, { also })) ? server : undefined
}

/**
 * Wishes a server to run; the reconciler starts it, once there is room for one that may wait
 * (start-queue.ts). A server that is starting already is left alone: its record is the answer.
 * @throws HubgateError `bad_request` when it runs or is stopping, or may not be made;
 *   `too_many_requests` at a limit (wire-contract §4.2)
 */
export async function requestStart(hub: HubContext, wish: StartWish): Promise<ServerRecord> {
  if (wish.name !== '') requireNamedServers(hub)
  const known = await readServer(hub, wish.user.name, wish.name)
  if (known !== undefined && isReady(known.value)) {
    await hub.verifyServer?.(wish.user.name, wish.name)
  }
  return change(hub, () => tryStart(hub, wish))
}

async function tryStop(
  hub: HubContext,
  before: ServerEntry,
  wish: { remove: boolean; by: string },
): Promise<ServerRecord | undefined> {
  const atRest = before.value.phase === 'stopped' && before.value.wanted === 'stopped'
  if (atRest && !wish.remove) return before.value
  // Nothing was done yet about a start that waits.
  if (wish.remove && (atRest || isQueued(before.value))) {
    return (await eraseServer(hub, before)) ? before.value : undefined
  }
  const now = hub.clock.now()
  const deadline = now + 2 * seconds(hub.snapshot().config.spawner.stop_timeout)
  const neverBegun = before.value.phase === 'stopped' && !wish.remove
  const server = neverBegun
    ? settled(before.value, cancelled(now), now)
    : stopWanted(before.value, { ...wish, now, deadline })
  return (await writeServer(hub, before, server)) ? server : undefined
}

/**
 * Wishes a server to stop, and with `remove` to be forgotten afterwards. Stopping a stopped server
 * changes nothing.
 * @returns the record as left; undefined when there is no such server
 * @throws HubgateError `bad_request` for removing the default server
 */
export function requestStop(
  hub: HubContext,
  wish: { user: string; name: string; remove: boolean; by: string },
): Promise<ServerRecord | undefined> {
  if (wish.remove && wish.name === '') {
    throw new HubgateError('bad_request', 'Cannot delete the default server')
  }
  return change(hub, async () => {
    const before = await readServer(hub, wish.user, wish.name)
    if (before === undefined) return { absent: true as const }
    const server = await tryStop(hub, before, wish)
    return server === undefined ? undefined : { absent: false as const, server }
  }).then((outcome) => (outcome.absent ? undefined : outcome.server))
}
