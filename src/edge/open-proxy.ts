import { seconds } from '../base/clock.ts'
import type { Activity } from '../hub/activity/activity.ts'
import type { HubContext } from '../hub/context.ts'
import type { Traffic } from '../metrics/traffic.ts'
import { Connections } from '../proxy/connections.ts'
import { ENDINGS } from '../proxy/endings.ts'
import type { ProxyContext, ProxyTimeouts } from '../proxy/passage.ts'
import type { RouteTable } from '../proxy/route-table.ts'
import { UpstreamPools } from '../proxy/upstream-pools.ts'

/** The data plane: pools and open exchanges end with the route that they belong to. */
export function openProxy(
  hub: HubContext,
  activity: Activity,
  traffic: Traffic,
  tables: readonly Pick<RouteTable, 'onGone'>[],
): ProxyContext {
  const { config } = hub.snapshot()
  const timeouts: ProxyTimeouts = {
    connectMs: seconds(config.proxy.connect_timeout),
    firstByteMs: seconds(config.proxy.first_byte_timeout),
    idleMs: seconds(config.proxy.idle_timeout),
    webSocketIdleMs: seconds(config.proxy.websocket_idle_timeout),
    webSocketPingMs: seconds(config.proxy.websocket_ping_interval),
  }
  const pools = new UpstreamPools(timeouts, traffic)
  const connections = new Connections(() => hub.snapshot().config.limits)
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
    traffic,
    timeouts,
    touch: ({ userId, server }) => {
      activity.touchServer(userId, server)
      activity.touchUser(userId)
    },
  }
}
