import { seconds } from '../base/clock.ts'
import type { Activity } from '../hub/activity/activity.ts'
import type { HubContext } from '../hub/context.ts'
import { Connections } from '../proxy/connections.ts'
import { ENDINGS } from '../proxy/endings.ts'
import type { ProxyContext } from '../proxy/passage.ts'
import type { RouteTable } from '../proxy/route-table.ts'
import { UpstreamPools } from '../proxy/upstream-pools.ts'

/** The data plane: pools and open exchanges end with the route that they belong to. */
export function openProxy(
  hub: HubContext,
  activity: Activity,
  tables: readonly Pick<RouteTable, 'onGone'>[],
): ProxyContext {
  const { config } = hub.snapshot()
  const connectTimeoutMs = seconds(config.proxy.connect_timeout)
  const firstByteTimeoutMs = seconds(config.proxy.first_byte_timeout)
  const pools = new UpstreamPools({ connectTimeoutMs, firstByteTimeoutMs })
  const connections = new Connections()
  for (const table of tables) {
    table.onGone((route) => {
      pools.drop(route)
      connections.closeByServer(route.fullName, ENDINGS.stopped)
    })
  }
  return {
    pools,
    connections,
    clock: hub.clock,
    log: hub.log,
    baseUrl: config.base_url,
    connectTimeoutMs,
    firstByteTimeoutMs,
    touch: ({ userId, server }) => {
      activity.touchServer(userId, server)
      activity.touchUser(userId)
    },
  }
}
