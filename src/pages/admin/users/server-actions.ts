import type { ServerRecord } from '../../../model/server.ts'
import { serverPrefix } from '../../../model/server-url.ts'
import type { ServerState } from '../../../views/servers/server-state.ts'
import { stateOf, targetPath } from '../../servers/target.ts'
import type { Visit } from '../../visit.ts'
import type { Permissions } from '../permissions.ts'

/** What can be done about a server as it is. */
export interface ServerActions {
  state: ServerState
  openHref: string | undefined
  progressHref: string | undefined
  mayStart: boolean
  mayStop: boolean
}

/**
 * What the viewer can do about somebody's server as it is.
 * @param server empty for the default one
 * @param record undefined when it was never started
 */
export function serverActions(
  { config, hubPath }: Visit,
  may: Permissions,
  { user, server }: { user: string; server: string },
  record: ServerRecord | undefined,
): ServerActions {
  const state = stateOf(record)
  const isAtRest = state === 'stopped' || state === 'failed'
  const opens = state === 'running' && may.server('access:servers', server)
  const tells = state !== 'running' && state !== 'stopped' && may.server('read:servers', server)
  return {
    state,
    openHref: opens ? serverPrefix(config.base_url, user, server) : undefined,
    progressHref: tells ? `${hubPath}spawn-pending/${targetPath({ user, server })}` : undefined,
    mayStart: isAtRest && may.server('start:servers', server),
    mayStop: (state === 'running' || state === 'starting') && may.server('delete:servers', server),
  }
}
