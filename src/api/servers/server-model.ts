import { isoTime } from '../../base/clock.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Pending, ServerRecord } from '../../model/server.ts'
import { fullName, isActive, isReady, pendingOf } from '../../model/server.ts'
import { newServer } from '../../model/server-changes.ts'
import { progressPath, serverPrefix } from '../../model/server-url.ts'
import type { UserRecord } from '../../model/user.ts'

/** Where the gateway is, as models speak of it. */
export interface Place {
  baseUrl: string
  publicUrl: string | undefined
}

interface ServerView {
  lastActivity: number | null
  /** Whether the caller may see the spawner's notes. */
  showState: boolean
}

/** JupyterHub's server model (wire-contract §1.6). */
export interface ServerModel {
  name: string
  display_name: string
  full_name: string
  last_activity: string | null
  started: string | null
  pending: Pending
  ready: boolean
  stopped: boolean
  url: string
  user_options: JsonObject | null
  progress_url: string
  full_url: string | null
  full_progress_url: string | null
  state?: JsonObject | null
}

/** The default server of a user who has never started it: JupyterHub shows it all the same. */
export function untouchedServer(user: UserRecord): ServerRecord {
  return newServer({
    id: '',
    user: user.name,
    userId: user.id,
    name: '',
    displayName: '',
    userOptions: null,
    by: '',
    now: user.created,
  })
}

/** JupyterHub's model of a server (wire-contract §1.6). */
export function serverModel(server: ServerRecord, view: ServerView, place: Place): ServerModel {
  const url = serverPrefix(place.baseUrl, server.user, server.name)
  const progress = progressPath(place.baseUrl, server.user, server.name)
  const absolute = (path: string) =>
    place.publicUrl === undefined ? null : new URL(path, place.publicUrl).href
  return {
    name: server.name,
    display_name: server.displayName,
    full_name: fullName(server.user, server.name),
    last_activity: isoTime(view.lastActivity),
    started: isoTime(server.started),
    pending: pendingOf(server),
    ready: isReady(server),
    stopped: !isActive(server),
    url,
    user_options: server.userOptions ?? {},
    progress_url: progress,
    full_url: absolute(url),
    full_progress_url: absolute(progress),
    ...(view.showState ? { state: server.spawnerState ?? {} } : {}),
  }
}
