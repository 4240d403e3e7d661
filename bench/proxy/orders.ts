/** Requests over connections that stay, one under way on each. */
export interface RequestOrder {
  kind: 'requests'
  port: number
  /** The heads of requests; which one is sent is chosen at random. */
  heads: readonly string[]
  upload: UploadKind | undefined
  connections: number
  /** Milliseconds after which no request is begun any more; each connection sends one at least. */
  forMs: number
  /** Instead of `forMs`: each head is sent once. */
  each: boolean
  /** Whether each request has a connection of its own, which the other side closes. */
  closes: boolean
  /** Bytes of an answer's body; undefined for an upload, whose answer tells what was received. */
  length: number | undefined
}

export type UploadKind = 'sized' | 'chunked'

/** Messages that come back, over WebSockets. */
export interface EchoOrder {
  kind: 'echo'
  port: number
  head: string
  sockets: number
  /** Bytes of a message. */
  size: number
  /** Messages under way on each socket. */
  inFlight: number
  forMs: number
}

/** Opens WebSockets that do nothing, after one message each, until `release`. */
export interface IdleOrder {
  kind: 'idle'
  port: number
  head: string
  sockets: number
}

export interface ReleaseOrder {
  kind: 'release'
}

export type Order = RequestOrder | EchoOrder | IdleOrder | ReleaseOrder

export interface LoadResult {
  /** Until the last answer, in milliseconds. */
  elapsedMs: number
  /** Of each request or message, in milliseconds. */
  latencies: Float64Array
}

export type Reply = { result: LoadResult } | { error: string }
