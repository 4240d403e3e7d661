import type { IncomingMessage } from 'node:http'
import { randomId } from '../base/random.ts'

/** What is settled about a request before anything else looks at it. */
export interface RequestScope {
  /** In the log, on error pages and in `X-Request-Id`; ours, never the client's. */
  readonly id: string
  /** The socket's peer; IPv4 as such, however the socket has it (threats.md P7). */
  readonly address: string
  /** Whether the socket itself is TLS. */
  readonly tls: boolean
}

/** Opens the scope of a request. Forwarding headers are not believed: no peer is trusted. */
export function requestScope(request: IncomingMessage): RequestScope {
  const { socket } = request
  return {
    id: randomId(),
    address: plainAddress(socket.remoteAddress ?? ''),
    tls: 'encrypted' in socket && socket.encrypted === true,
  }
}

const MAPPED = '::ffff:'

function plainAddress(address: string): string {
  const isMapped = address.startsWith(MAPPED) && address.includes('.')
  return isMapped ? address.slice(MAPPED.length) : address
}
