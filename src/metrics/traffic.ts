/** What sockets are open for: a client's connection, a connection to a server, a WebSocket's client. */
export type SocketKind = 'client' | 'upstream' | 'websocket'

/**
 * How a forwarded request or WebSocket ended: whole, by the client, by the server before or after its
 * time was up, or by the gateway (a revoked credential, a stopped server, a drain, an idle limit).
 */
export type Outcome = 'whole' | 'client_gone' | 'upstream_failed' | 'upstream_timeout' | 'ended'

/**
 * What the data plane tells of its work. Every call is a few additions in memory: it may be made for
 * each request. Durations are in seconds.
 */
export interface Traffic {
  socketOpened(kind: SocketKind): void
  socketClosed(kind: SocketKind): void
  /** A new connection to a server was made. */
  upstreamConnected(duration: number): void
  /** A server began its answer, so long after the request was handed to its connection. */
  firstByte(duration: number): void
  exchangeEnded(kind: 'http' | 'websocket', outcome: Outcome): void
  /** Something was refused at the edge, for one of the reasons in rejections.ts; others are `other`. */
  rejected(reason: string): void
}
