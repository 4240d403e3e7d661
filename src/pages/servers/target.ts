import { HubgateError } from '../../base/errors.ts'
import { findServer } from '../../hub/servers/servers.ts'
import { findUser } from '../../hub/users/users.ts'
import type { Resource } from '../../model/allows.ts'
import { allows } from '../../model/allows.ts'
import type { Principal } from '../../model/principal.ts'
import type { ServerRecord } from '../../model/server.ts'
import { fullName, isReady, pendingOf } from '../../model/server.ts'
import { escapePath } from '../../model/server-url.ts'
import type { UserRecord } from '../../model/user.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { ServerState } from '../../views/servers/server-state.ts'
import type { Visit } from '../visit.ts'

/** The server that a page is about. Nothing says yet that it, or its owner, exists. */
export interface Target {
  user: string
  /** Empty for the default server. */
  server: string
  owner: UserRecord | undefined
  record: ServerRecord | undefined
  /** For scopes. */
  resource: Resource
}

/** @param rawUser as the path has it, decoded */
export async function findTarget(visit: Visit, rawUser: string, server: string): Promise<Target> {
  const { hub } = visit.deps
  const user = normalizeUsername(rawUser)
  const owner = await findUser(hub, user)
  const record = owner === undefined ? undefined : await findServer(hub, user, server)
  const groupsOfUser = owner?.groups ?? []
  const resource = { user, groupsOfUser, server: fullName(user, server) }
  return { user, server, owner, record, resource }
}

/** The target of `…/:user/:server`, the viewer's default server where the path names none. */
export function targetOfPath(
  visit: Visit,
  viewer: { name: string },
  server = visit.c.req.param('server') ?? '',
): Promise<Target> {
  return findTarget(visit, visit.c.req.param('user') ?? viewer.name, server)
}

/**
 * The owner of a target that must exist: the default server always does, as soon as its owner does.
 * @throws HubgateError `not_found`
 */
export function requireOwner(target: Target): UserRecord {
  if (target.owner === undefined) throw new HubgateError('not_found')
  return target.owner
}

/** `ada` or `ada/gpu`, for the end of a path. */
export function targetPath(target: Pick<Target, 'user' | 'server'>): string {
  const user = escapePath(target.user)
  return target.server === '' ? user : `${user}/${escapePath(target.server)}`
}

/** Whether a scope is held for the target. */
export function may(principal: Principal, scope: string, target: Target): boolean {
  return allows(principal.scopes, scope, target.resource) === 'yes'
}

/** What a person is told about a server. */
export function stateOf(record: ServerRecord | undefined): ServerState {
  if (record === undefined) return 'stopped'
  if (isReady(record)) return 'running'
  const pending = pendingOf(record)
  if (pending !== null) return pending === 'spawn' ? 'starting' : 'stopping'
  return record.failure === null || record.failure.reason === 'cancelled' ? 'stopped' : 'failed'
}
