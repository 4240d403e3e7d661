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
 * @returns resolved as soon as the socket is taken care of, so that nobody holds on to the request
 * while the WebSocket is open; never rejected
 * @throws HubgateError `too_many_requests` before anything is sent: the caller answers
 */
export function upgrade(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  route: Route,
  passage: Passage,
): Promise<void> {
  socket.on('error', () => undefined)
  // Gone while it was found out whether it may pass.
  if (socket.destroyed || socket.readableEnded) {
    socket.destroy()
    return Promise.resolve()
  }
  const fault = handshakeFault(request)
  if (fault === null) new Tunnel(socket, route, passage).open(request, head)
  else {
    const headers = { 'Sec-WebSocket-Version': '13' }
    refuseWithError(socket, new HubgateError('bad_request', fault, { headers }))
  }
  return Promise.resolve()
}
