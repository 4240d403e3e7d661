import { seconds } from '../base/clock.ts'
import { HubgateError } from '../base/errors.ts'
import { randomId, randomSecret } from '../base/random.ts'
import type { JsonObject } from '../model/json.ts'
import type { ServerRecord } from '../model/server.ts'
import { isReady, logName, pendingOf } from '../model/server.ts'
import { cancelled, newServer, settled, startWanted, stopWanted } from '../model/server-changes.ts'
import { isValidDisplayName, isValidServerName } from '../model/server-name.ts'
import type { UserRecord } from '../model/user.ts'
import { addedToUser, sameUser } from './belongings.ts'
import { change } from './change.ts'
import type { HubContext } from './context.ts'
import { keys } from './keys.ts'
import type { ServerEntry } from './server-store.ts'
import { eraseServer, readServer, writeServer } from './server-store.ts'

/** How long a caller is asked to wait when too many servers are starting, in seconds. */
const RETRY_AFTER = 30

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

export interface NewServer {
  user: UserRecord
  /** Empty for the default server. */
  name: string
  /** The server's name when left out. */
  displayName?: string | undefined
  userOptions?: JsonObject | null | undefined
  /** Who asks: a user's or service's name. */
  by: string
}

/** The rules for a server that does not exist yet (wire-contract §1.9, Names and Limit). */
async function checkNewServer(hub: HubContext, wish: NewServer): Promise<void> {
  if (wish.name === '') return
  const limit = hub.snapshot().config.named_server_limit_per_user
  if (!isValidServerName(wish.name)) {
    throw new HubgateError('bad_request', `Invalid server_name: '${wish.name}'`)
  }
  if (wish.displayName !== undefined && !isValidDisplayName(wish.displayName)) {
    throw new HubgateError('bad_request', `Invalid display_name: '${wish.displayName}'`)
  }
  if (limit === 0) return
  const servers = await hub.store.list<ServerRecord>(keys.serversOf(wish.user.name))
  if (servers.filter((server) => server.value.name !== '').length < limit) return
  throw new HubgateError(
    'bad_request',
    `User ${wish.user.name} already has the maximum of ${limit} named servers.` +
      '  One must be deleted before a new server can be created',
  )
}

function checkNamedServers(hub: HubContext, name: string): void {
  if (name !== '' && !hub.snapshot().config.allow_named_servers) {
    throw new HubgateError('bad_request', 'Named servers are not enabled.')
  }
}

function recordOf(hub: HubContext, wish: NewServer): ServerRecord {
  return newServer({
    user: wish.user.name,
    userId: wish.user.id,
    name: wish.name,
    displayName: wish.displayName ?? wish.name,
    userOptions: wish.userOptions ?? null,
    by: wish.by,
    now: hub.clock.now(),
  })
}

/**
 * Makes a named server without starting it.
 * @throws HubgateError `conflict` when it exists, `bad_request` for a bad name or one too many,
 *   `not_found` when the user is gone
 */
export function createServer(hub: HubContext, wish: NewServer): Promise<ServerRecord> {
  checkNamedServers(hub, wish.name)
  return change(hub, async () => {
    if ((await readServer(hub, wish.user.name, wish.name)) !== undefined) {
      const server = wish.name === '' ? 'a default server' : `server ${wish.name}`
      throw new HubgateError('conflict', `User ${wish.user.name} already has ${server}`)
    }
    await checkNewServer(hub, wish)
    const server = recordOf(hub, wish)
    const also = addedToUser(await sameUser(hub, wish.user))
    return (await writeServer(hub, undefined, server, { also })) ? server : undefined
  })
}

async function checkLimits(hub: HubContext): Promise<void> {
  const { concurrent_spawn_limit, active_server_limit } = hub.snapshot().config
  if (concurrent_spawn_limit > 0) {
    const pending = await hub.store.count(keys.pendingServers())
    if (pending >= concurrent_spawn_limit) {
      throw new HubgateError(
        'too_many_requests',
        `Too many users trying to log in right now. Try again in ${RETRY_AFTER} seconds.`,
        { headers: { 'retry-after': String(RETRY_AFTER) } },
      )
    }
  }
  if (active_server_limit > 0) {
    const active = await hub.store.count(keys.activeServers())
    if (active >= active_server_limit) {
      throw new HubgateError(
        'too_many_requests',
        'Active user limit exceeded. Try again in a few minutes.',
      )
    }
  }
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

async function tryStart(hub: HubContext, wish: NewServer): Promise<ServerRecord | undefined> {
  const before = await readServer(hub, wish.user.name, wish.name)
  if (before === undefined) await checkNewServer(hub, wish)
  else {
    refuseRunning(before.value)
    if (pendingOf(before.value) === 'spawn') return before.value
  }
  await checkLimits(hub)
  const now = hub.clock.now()
  const { start_timeout, http_timeout } = hub.snapshot().config.spawner
  const runId = randomId()
  const server = startWanted(
    {
      ...(before?.value ?? recordOf(hub, wish)),
      ...(wish.userOptions == null ? {} : { userOptions: wish.userOptions }),
    },
    {
      runId,
      secret: randomSecret(),
      by: wish.by,
      now,
      deadline: now + seconds(start_timeout + http_timeout),
    },
  )
  const progress = {
    key: keys.progress(server.user, server.name),
    value: { runId, events: [{ progress: 0, message: 'Server requested' }] },
  }
  const owner = addedToUser(await sameUser(hub, wish.user))
  const also = { check: owner.check, set: [...owner.set, progress] }
  return (await writeServer(hub, before, server, { also })) ? server : undefined
}

/**
 * Wishes a server to run; the reconciler starts it. A server that is starting already is left
 * alone: its record is the answer.
 * @throws HubgateError `bad_request` when it runs or is stopping, or may not be made;
 *   `too_many_requests` at a limit (wire-contract §4.2)
 */
export async function requestStart(hub: HubContext, wish: NewServer): Promise<ServerRecord> {
  checkNamedServers(hub, wish.name)
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
  if (atRest) {
    if (!wish.remove) return before.value
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
