import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Connections, Standing } from './connections.ts'
import type { Route } from './route.ts'
import type { UpstreamPools } from './upstream-pools.ts'

/** What all forwarding shares. */
export interface ProxyContext {
  readonly pools: UpstreamPools
  readonly connections: Connections
  readonly clock: Clock
  readonly log: Log
  /** Begins and ends with `/`. */
  readonly baseUrl: string
  /** Milliseconds to connect to a server for a WebSocket. */
  readonly connectTimeoutMs: number
  /** Milliseconds until a server must answer an upgrade; 0 for no limit. */
  readonly firstByteTimeoutMs: number
  /** Notes that somebody uses the server. O(1), memory only. */
  readonly touch: (route: Route) => void
}

/** Who is let through, and how they came. */
export interface Passage {
  readonly proxy: ProxyContext
  /** The credential that authorized it. */
  readonly credentialId: string
  /** The visitor's address. */
  readonly clientAddress: string
  readonly proto: 'http' | 'https'
  /** Asks again whether this credential opens this server. Rejects when that cannot be found out. */
  readonly recheck: () => Promise<Standing>
}
