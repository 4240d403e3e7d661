import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { listServers, requestStop } from '../../hub/servers/servers.ts'
import { isActive } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import { isOver, waitForServer } from './wait.ts'

/**
 * Stops whatever a user has running and waits, as long as a stop over the API does, until it is
 * over.
 * @throws HubgateError `bad_request` when a server takes longer: it goes on stopping
 */
export async function stopAllServers(
  hub: HubContext,
  user: UserRecord,
  { by, signal }: { by: string; signal: AbortSignal },
): Promise<void> {
  const active = (await listServers(hub, user.name)).filter(isActive)
  const left = await Promise.all(
    active.map(async ({ name }) => {
      await requestStop(hub, { user: user.name, name, remove: false, by })
      return waitForServer(hub, user.name, name, isOver, signal)
    }),
  )
  if (left.every(isOver)) return
  throw new HubgateError(
    'bad_request',
    `${user.name}'s server is in the process of stopping, please wait.`,
  )
}
