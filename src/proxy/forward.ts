import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HubgateError } from '../base/errors.ts'
import { Exchange } from './exchange.ts'
import type { Passage } from './passage.ts'
import type { Route } from './route.ts'
import { upstreamError } from './upstream-error.ts'

/**
 * Passes a request to a server and the answer back, both streamed, framed anew, neither decoded nor
 * retried (threats.md P4, P5, P45, P49). The request was checked (edge/check-request.ts) and is
 * allowed to pass; upgrades do not come here. A client that goes away ends the server's request; a
 * server that dies in the middle ends the client's connection.
 * @returns resolved when the exchange is over, however it ended
 * @throws HubgateError `upstream_failed`, `upstream_timeout` or `too_many_requests` while nothing was
 * sent to the client: the caller answers. If the client's body is incomplete by then, what is left
 * of it is thrown away and the connection is closed after that answer.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  passage: Passage,
): Promise<undefined> {
  // Gone while it was found out whether it may pass.
  if (request.socket.destroyed || response.destroyed) return Promise.resolve(undefined)
  return new Promise<undefined>((resolve, reject) => {
    const done = (error?: HubgateError): void => {
      if (error === undefined) resolve(undefined)
      else reject(error)
    }
    try {
      start(new Exchange(request, response, route, passage, done))
    } catch (error) {
      reject(upstreamError(error, route))
    }
  })
}

/** Nothing was sent when that fails. */
function start(exchange: Exchange): void {
  try {
    exchange.start()
  } catch (error) {
    exchange.onFault(error instanceof Error ? error : new Error('no error', { cause: error }))
  }
}
