import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Traffic } from '../metrics/traffic.ts'
import type { Connections, Standing } from './connections.ts'
import type { ClientCookies } from './cookie-filter.ts'
import type { Visitor } from './load-limits.ts'
import type { ForwardedFacts } from './request-headers.ts'
import type { AnswerScope } from './response-headers.ts'
import type { Route } from './route.ts'
import type { UpstreamPools } from './upstream-pools.ts'

/** How long which part of an exchange may take, in milliseconds; 0 for no limit. */
export interface ProxyTimeouts {
  /** To connect to a server; has a limit. */
  readonly connectMs: number
  /** Until a server begins its answer. */
  readonly firstByteMs: number
  /** Silence of both sides in the middle of a request or its answer. */
  readonly idleMs: number
  /** Silence of both sides of a WebSocket, but for pings and pongs. */
  readonly webSocketIdleMs: number
  /** Silence of a side of a WebSocket after which it is sent a ping; it gets as long to answer. */
  readonly webSocketPingMs: number
}

/** What all forwarding shares. */
export interface ProxyContext {
  readonly pools: UpstreamPools
  readonly connections: Connections
  readonly clock: Clock
  readonly log: Log
  /** Begins and ends with `/`. */
  readonly baseUrl: string
  readonly traffic: Traffic
  readonly timeouts: ProxyTimeouts
  /** Notes that somebody uses the server. O(1), memory only. */
  readonly touch: (route: Route) => void
}

/** Who is let through, and how they came. */
export interface Passage {
  readonly proxy: ProxyContext
  /** The request's id, where the answer is to tell it. */
  readonly requestId?: string | undefined
  /** The credential that authorized it. */
  readonly credentialId: string
  /** Whom it is counted for. */
  readonly visitor: Visitor
  /** The visitor's address. */
  readonly clientAddress: string
  readonly proto: 'http' | 'https'
  /** The `Authorization` header for the server; null for none. */
  readonly authorization: string | null
  /** What tells the upstream who visits, names and values in turn; left out for nothing. */
  readonly identity?: readonly string[] | undefined
  /** Which of JupyterHub's own cookies are the server's; null when none is. */
  readonly clientCookies: ClientCookies | null
  /** Whether it counts as a use of the server. */
  readonly isUse: boolean
  /** Asks again whether this credential opens this server. Rejects when that cannot be found out. */
  readonly recheck: () => Promise<Standing>
}

/** What the server is told of a request. */
export function forwardedFacts(passage: Passage): ForwardedFacts {
  const { authorization, identity, clientCookies, clientAddress, proto, proxy } = passage
  return { authorization, identity, clientCookies, clientAddress, proto, baseUrl: proxy.baseUrl }
}

/** What the server may say to the visitor. */
export function answerScope(
  { prefix }: Pick<Route, 'prefix'>,
  { clientCookies, requestId }: Passage,
): AnswerScope {
  return { prefix, clientId: clientCookies?.clientId ?? null, requestId }
}
