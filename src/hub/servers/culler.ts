import { seconds } from '../../base/clock.ts'
import type { ServerRecord } from '../../model/server.ts'
import { isReady, logName } from '../../model/server.ts'
import { serverPrefix } from '../../model/server-url.ts'
import { jupyterStatus } from '../../spawn/jupyter-status.ts'
import type { Activity } from '../activity/activity.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { requestStop } from './servers.ts'

/** Servers read at a time. */
const PAGE = 200

type Cause = 'idle' | 'old'

/** Whether a server was last used before a time: by what the gateway saw, then by Jupyter's own account. */
async function isIdle(
  hub: HubContext,
  activity: Activity,
  server: ServerRecord,
  before: number,
): Promise<boolean> {
  const seen = await activity.lastOfServer(server.userId, server.name)
  if (Math.max(seen ?? 0, server.since) > before) return false
  // Such a server reports by itself, and answers nobody whom it did not sign in.
  if (server.auth === 'oauth') return true
  const prefix = serverPrefix(hub.snapshot().config.base_url, server.user, server.name)
  const status = await jupyterStatus(server.url ?? '', prefix, server.secret ?? '')
  return status === undefined || (!status.busy && status.lastActivity <= before)
}

async function causeToCull(
  hub: HubContext,
  activity: Activity,
  server: ServerRecord,
): Promise<Cause | undefined> {
  const { idle_after, max_age } = hub.snapshot().config.cull
  const now = hub.clock.now()
  if (!isReady(server)) return undefined
  if (max_age > 0 && now - (server.started ?? now) > seconds(max_age)) return 'old'
  if (idle_after === 0) return undefined
  return (await isIdle(hub, activity, server, now - seconds(idle_after))) ? 'idle' : undefined
}

/**
 * Stops servers that nobody has used for `cull.idle_after` seconds, and those older than
 * `cull.max_age`. A server whose kernel is running code is not idle.
 * @returns the servers that were asked to stop, as the log names them
 */
export async function cullServers(
  hub: HubContext,
  activity: Activity,
  signal: AbortSignal,
): Promise<string[]> {
  const { idle_after, max_age } = hub.snapshot().config.cull
  if (idle_after === 0 && max_age === 0) return []
  const active = await hub.store.list(keys.activeServers())
  const culled: string[] = []
  const isOver = () => signal.aborted
  for (let i = 0; i < active.length && !isOver(); i += PAGE) {
    const wanted = active.slice(i, i + PAGE)
    const entries = await hub.store.getMany<ServerRecord>(
      wanted.map(({ key: [, user = '', name = ''] }) => keys.server(user, name)),
    )
    for (const entry of entries) {
      if (entry === undefined || isOver()) continue
      const { user, name } = entry.value
      const cause = await causeToCull(hub, activity, entry.value)
      if (cause === undefined) continue
      hub.log.info({ server: logName(user, name), cause }, 'server culled')
      await requestStop(hub, { user, name, remove: false, by: 'hubgate-culler' })
      culled.push(logName(user, name))
    }
  }
  return culled
}
