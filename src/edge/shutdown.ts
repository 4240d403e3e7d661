import type { HubContext } from '../hub/context.ts'
import { endServers } from '../hub/servers/end-servers.ts'
import type { ShutdownListener } from '../hub/shutdown.ts'
import type { Health } from './health.ts'

export interface ShutdownOptions {
  listener: ShutdownListener
  health: Health
  /** Names this replica in leases. */
  holder: string
  /** Aborted when the replica ends anyway. */
  ending: AbortSignal
}

/**
 * Resolves when somebody asked the whole hub to end, and its servers have stopped if that was asked
 * as well. The checks say from the beginning that this replica goes away. Never rejects.
 */
export async function untilAsked(hub: HubContext, options: ShutdownOptions): Promise<void> {
  const { listener, health, holder, ending } = options
  const { by, servers } = await listener.asked
  hub.log.warn({ event: 'shutdown', by, servers }, 'the hub ends: somebody asked for it')
  health.end()
  if (servers) await endServers(hub, { by, holder }, ending)
}
