import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { HubgateError } from '../base/errors.ts'
import type { Passage } from './passage.ts'
import { refuseWithError } from './refuse-upgrade.ts'
import type { Route } from './route.ts'
import { Tunnel } from './tunnel.ts'
import { handshakeFault } from './websocket-handshake.ts'

/**
 * Passes a WebSocket to a server: the handshake, checked on both sides, then both directions until
 * either ends (threats.md P10, P49). The request is allowed to pass. What goes wrong before the
 * switch is answered on the socket: 400 for a request that is no WebSocket handshake, the server's
 * own refusal as it is, 502 or 504 for a server that fails. After it, both sides are closed.
 * @param head what the client sent behind the handshake
 * @returns resolved when the client's side is closed; never rejected
 */
export function upgrade(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  route: Route,
  passage: Passage,
): Promise<void> {
  socket.on('error', () => undefined)
  if (socket.destroyed) return Promise.resolve()
  const fault = handshakeFault(request)
  if (fault === null) return new Tunnel(request, socket, route, passage).open(head)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const headers = { 'Sec-WebSocket-Version': '13' }
  refuseWithError(socket, new HubgateError('bad_request', fault, { headers }))
  return closed
}
