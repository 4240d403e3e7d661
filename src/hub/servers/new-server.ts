import { HubgateError } from '../../base/errors.ts'
import { quoted } from '../../base/quoted.ts'
import { randomId } from '../../base/random.ts'
import type { JsonObject } from '../../model/json.ts'
import { optionsFault } from '../../model/profiles.ts'
import type { ServerRecord } from '../../model/server.ts'
import { newServer } from '../../model/server-changes.ts'
import { isValidDisplayName, isValidServerName } from '../../model/server-name.ts'
import type { UserRecord } from '../../model/user.ts'
import type { Check } from '../../store/port.ts'
import { nothingAdded } from '../belongings.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'

export interface NewServer {
  user: UserRecord
  /** Empty for the default server. */
  name: string
  /** The server's name when left out or empty. */
  displayName?: string | undefined
  userOptions?: JsonObject | null | undefined
  /** Who asks: a user's or service's name. */
  by: string
}

/** @throws HubgateError `bad_request` where nobody has named servers */
export function requireNamedServers(hub: HubContext): void {
  if (!hub.snapshot().config.allow_named_servers) {
    throw new HubgateError('bad_request', 'Named servers are not enabled.')
  }
}

/** @throws HubgateError `bad_request` for a name that no new server may have */
export function requireServerName(name: string): void {
  if (isValidServerName(name)) return
  throw new HubgateError('bad_request', `Invalid server_name: ${quoted(name)}`)
}

/** @throws HubgateError `bad_request` for a name that no server may be shown under */
export function requireDisplayName(name: string): void {
  if (isValidDisplayName(name)) return
  throw new HubgateError('bad_request', `Invalid display_name: ${quoted(name)}`)
}

/**
 * Room for one more named server of a user (wire-contract §1.9, Limit).
 * @returns what the commit must check, so that two that are made at once do not both fit
 * @throws HubgateError `bad_request` when there are too many
 */
export async function roomForServer(
  hub: HubContext,
  user: Pick<UserRecord, 'id' | 'name'>,
): Promise<Check[]> {
  const limit = hub.snapshot().config.named_server_limit_per_user
  if (limit === 0) return []
  const added = await nothingAdded(hub, keys.belongings('user', user.id))
  const servers = await hub.store.list<ServerRecord>(keys.serversOf(user.name))
  if (servers.filter(({ value }) => value.name !== '').length < limit) return [added]
  throw new HubgateError(
    'bad_request',
    `User ${user.name} already has the maximum of ${limit} named servers.` +
      '  One must be deleted before a new server can be created',
  )
}

/**
 * The rules for a server that does not exist yet (wire-contract §1.9, Names and Limit).
 * @returns what the commit that makes it must check
 * @throws HubgateError `bad_request`
 */
export async function checkNewServer(hub: HubContext, wish: NewServer): Promise<Check[]> {
  if (wish.name === '') return []
  const room = await roomForServer(hub, wish.user)
  requireServerName(wish.name)
  requireDisplayName(displayNameOf(wish))
  return room
}

/** The default server has none until somebody gives it one. */
function displayNameOf({ name, displayName = '' }: NewServer): string {
  return name === '' || displayName === '' ? name : displayName
}

/**
 * The rules for options that somebody asks for; without profiles in the config any will do.
 * @throws HubgateError `bad_request` with the field that is wrong
 */
export function requireOptions(hub: HubContext, options: JsonObject | null | undefined): void {
  const { profiles } = hub.snapshot().config.spawner
  if (options == null || profiles.length === 0) return
  const fault = optionsFault(profiles, options)
  if (fault === undefined) return
  const value = options[fault.field]
  const given = typeof value === 'string' ? value : JSON.stringify(value)
  throw new HubgateError(
    'bad_request',
    `Invalid user options: ${quoted(fault.field)} is ${quoted(given)}: ${fault.message}`,
  )
}

/** The record of a server that does not exist yet. */
export function recordOf(hub: HubContext, wish: NewServer): ServerRecord {
  return newServer({
    id: randomId(),
    user: wish.user.name,
    userId: wish.user.id,
    name: wish.name,
    displayName: displayNameOf(wish),
    userOptions: wish.userOptions ?? {},
    by: wish.by,
    now: hub.clock.now(),
  })
}
