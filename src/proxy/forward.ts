import type { IncomingMessage, ServerResponse } from 'node:http'
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
): Promise<void> {
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(request, response, route, passage, (error) => {
      if (error === undefined) resolve()
      else reject(error)
    })
    try {
      exchange.start()
    } catch (error) {
      exchange.onResponseError(undefined, upstreamError(error, route))
    }
  })
}
