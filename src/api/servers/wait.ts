import { seconds } from '../../base/clock.ts'
import type { HubContext } from '../../hub/context.ts'
import { waitUntil } from '../../hub/servers/server-wait.ts'
import type { ServerRecord } from '../../model/server.ts'
import { isActive } from '../../model/server.ts'

/** Whether a server has stopped, or is gone. */
export function isOver(server: ServerRecord | undefined): boolean {
  return server === undefined || !isActive(server)
}

/**
 * Waits for a server as long as a start or stop over the API does: `slow_spawn_timeout`.
 * @param user the owner's name
 * @param name the server's
 * @param done sees the record, undefined when there is none
 * @param signal ends the waiting early
 * @returns the record when the condition held, or as it was when the time was up
 */
export function waitForServer(
  hub: HubContext,
  user: string,
  name: string,
  done: (server: ServerRecord | undefined) => boolean,
  signal: AbortSignal,
): Promise<ServerRecord | undefined> {
  return waitUntil(hub, user, name, done, seconds(hub.snapshot().config.slow_spawn_timeout), signal)
}
