import { HubgateError } from '../base/errors.ts'

/** How much may be under way at a time; 0 for no limit. */
export interface LoadLimits {
  readonly requests_per_user: number
  readonly requests_per_server: number
  readonly websockets_per_user: number
  readonly websockets_per_server: number
}

/** Whom an exchange is counted for. */
export interface Visitor {
  /** Tells visitors apart: a user or service, or the address of somebody unknown, and the server. */
  readonly key: string
  /** Whether the server is the visitor's own, or nobody's. */
  readonly isOwner: boolean
}

/** What is under way, of one visitor or to one server. */
export class Load {
  http = 0
  websocket = 0
  /** Of it, what is of others than the server's owner. */
  othersHttp = 0
  othersWebsocket = 0

  add(kind: 'http' | 'websocket', isOwner: boolean, by: 1 | -1): void {
    if (kind === 'http') {
      this.http += by
      if (!isOwner) this.othersHttp += by
    } else {
      this.websocket += by
      if (!isOwner) this.othersWebsocket += by
    }
  }
}

/** For harnesses that look at something else. */
export const NO_LIMITS: LoadLimits = {
  requests_per_user: 0,
  requests_per_server: 0,
  websockets_per_user: 0,
  websockets_per_server: 0,
}

/** Seconds after which a client may try again. */
const RETRY_AFTER = { http: '1', websocket: '5' } as const

const isReached = (count: number, limit: number): boolean => limit > 0 && count >= limit

function tooMany(limit: keyof LoadLimits, kind: 'http' | 'websocket', text: string): HubgateError {
  return new HubgateError('too_many_requests', text, {
    headers: { 'Retry-After': RETRY_AFTER[kind] },
    detail: { limit },
  })
}

/**
 * Why one more exchange may not begin, or null (threats.md P44). So that no visitor starves another's
 * server, others than its owner take half of what a server is given, all of them together.
 * @param ofUser what the visitor has under way
 * @param ofServer what the server has
 */
export function loadFault(
  kind: 'http' | 'websocket',
  isOwner: boolean,
  ofUser: Load,
  ofServer: Load,
  limits: LoadLimits,
): HubgateError | null {
  return kind === 'http'
    ? requestFault(isOwner, ofUser, ofServer, limits)
    : webSocketFault(isOwner, ofUser, ofServer, limits)
}

function requestFault(
  isOwner: boolean,
  ofUser: Load,
  ofServer: Load,
  { requests_per_user: perUser, requests_per_server: perServer }: LoadLimits,
): HubgateError | null {
  if (isReached(ofUser.http, perUser)) {
    const text = `You have ${perUser} requests under way, as many as you may. Wait until some are answered, or close pages that you do not need.`
    return tooMany('requests_per_user', 'http', text)
  }
  const isFull = isReached(ofServer.http, perServer)
  if (!isFull && (isOwner || !isReached(ofServer.othersHttp, Math.ceil(perServer / 2)))) return null
  const text = 'The server has as many requests to answer as it may. Wait a little, and try again.'
  return tooMany('requests_per_server', 'http', text)
}

function webSocketFault(
  isOwner: boolean,
  ofUser: Load,
  ofServer: Load,
  { websockets_per_user: perUser, websockets_per_server: perServer }: LoadLimits,
): HubgateError | null {
  if (isReached(ofUser.websocket, perUser)) {
    const text = `You have ${perUser} WebSockets open, as many as you may. Close pages that you do not need.`
    return tooMany('websockets_per_user', 'websocket', text)
  }
  const isFull = isReached(ofServer.websocket, perServer)
  const half = Math.ceil(perServer / 2)
  if (!isFull && (isOwner || !isReached(ofServer.othersWebsocket, half))) return null
  const text =
    'The server has as many WebSockets open as it may. Close pages of it that nobody needs.'
  return tooMany('websockets_per_server', 'websocket', text)
}
