import { HubgateError } from '../../base/errors.ts'
import type { ServerRecord } from '../../model/server.ts'
import { pendingOf } from '../../model/server.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'

/** Between how many seconds a caller is asked to wait: not all of them come back at once. */
const RETRY_AFTER = { from: 30, to: 60 } as const

async function startingServers(hub: HubContext): Promise<number> {
  const index = await hub.store.list(keys.pendingServers())
  const wanted = index.map(({ key: [, user = '', name = ''] }) => keys.server(user, name))
  if (wanted.length === 0) return 0
  const servers = await hub.store.getMany<ServerRecord>(wanted)
  return servers.filter((entry) => entry !== undefined && pendingOf(entry.value) === 'spawn').length
}

/**
 * Whether so many servers are starting or wait for that: nobody overtakes the queue. Those that stop
 * are counted out only when it matters.
 */
async function tooManyStarts(hub: HubContext, limit: number): Promise<boolean> {
  if (limit === 0 || (await hub.store.count(keys.pendingServers())) < limit) return false
  return (await startingServers(hub)) >= limit
}

/**
 * The limits of starts and of active servers (wire-contract §4.2).
 * @param mayQueue whether the start would rather wait than be refused while too many others go on
 * @returns whether it has to wait in the queue
 * @throws HubgateError `too_many_requests`
 */
export async function checkSpawnLimits(hub: HubContext, mayQueue: boolean): Promise<boolean> {
  const { concurrent_spawn_limit, active_server_limit } = hub.snapshot().config
  const isFull = await tooManyStarts(hub, concurrent_spawn_limit)
  if (isFull && !mayQueue) {
    hub.metrics?.serverStarted({ status: 'failure', reason: 'throttled' }, 0)
    const spread = RETRY_AFTER.to - RETRY_AFTER.from
    const wait = RETRY_AFTER.from + Math.floor(Math.random() * spread)
    throw new HubgateError(
      'too_many_requests',
      `Too many users trying to log in right now. Try again in ${Math.ceil(wait / 10)}0 seconds.`,
      { headers: { 'retry-after': String(wait) } },
    )
  }
  if (active_server_limit === 0) return isFull
  if ((await hub.store.count(keys.activeServers())) < active_server_limit) return isFull
  hub.metrics?.serverStarted({ status: 'failure', reason: 'too-many-users' }, 0)
  throw new HubgateError(
    'too_many_requests',
    'Active user limit exceeded. Try again in a few minutes.',
  )
}
