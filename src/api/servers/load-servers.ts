import type { Principal } from '../../model/principal.ts'
import type { ServerRecord } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import type { ApiDeps } from '../deps.ts'
import { placeOf } from '../users/load-users.ts'
import { seesServer } from '../users/user-view.ts'
import type { ServerModel } from './server-model.ts'
import { serverModel } from './server-model.ts'

/** A server and what is known of it. */
export interface KnownServer {
  owner: UserRecord
  server: ServerRecord
  /** Milliseconds since the epoch, or null when there was none. */
  lastActivity: number | null
}

/** The model of a server that the caller may read: the spawner's notes only where they may see them. */
export function modelOf(
  deps: ApiDeps,
  { scopes }: Principal,
  { owner, server, lastActivity }: KnownServer,
): ServerModel {
  const showState = seesServer(scopes, 'admin:server_state', owner, server.name)
  return serverModel(server, { lastActivity, showState }, placeOf(deps))
}

/** The same with the last activity as it is now. */
export async function loadServer(
  deps: ApiDeps,
  principal: Principal,
  owner: UserRecord,
  server: ServerRecord,
): Promise<ServerModel> {
  const lastActivity = await deps.activity.lastOfServer(owner.id, server.name)
  return modelOf(deps, principal, { owner, server, lastActivity })
}
