import type { IncomingMessage } from 'node:http'
import type { Passage } from './passage.ts'
import { answerScope, forwardedFacts } from './passage.ts'
import { requestHeaders } from './request-headers.ts'
import { responseHeaders } from './response-headers.ts'
import type { Route } from './route.ts'
import { forwardedTarget } from './target.ts'
import { textEnd } from './upstream/fields.ts'
import { UpstreamFault } from './upstream/upstream-fault.ts'

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n'

/** @throws UpstreamFault when something would end its line; the parsers let no such thing through */
function line(text: string): string {
  if (textEnd(text, 0) !== text.length) throw new UpstreamFault('unsafe_request')
  return `${text}\r\n`
}

function head(start: string, headers: readonly string[]): string {
  let text = line(start)
  for (let i = 0; i + 1 < headers.length; i += 2) text += line(`${headers[i]}: ${headers[i + 1]}`)
  return text + UPGRADE
}

/**
 * The upgrade request as the server is to see it, Latin-1. Key, subprotocols and extensions are the
 * client's.
 */
export function upgradeRequest(
  { rawHeaders, url = '/' }: IncomingMessage,
  route: Route,
  passage: Passage,
): string {
  const target = forwardedTarget(route, url)
  if (target.includes(' ')) throw new UpstreamFault('unsafe_request')
  return head(`GET ${target} HTTP/1.1`, requestHeaders(rawHeaders, forwardedFacts(passage)))
}

/** The 101 as the client may have it, Latin-1. @param headers the server's, names and values in turn */
export function switchingAnswer(
  headers: readonly string[],
  route: Route,
  passage: Passage,
): string {
  const kept = responseHeaders(headers, answerScope(route, passage))
  return head('HTTP/1.1 101 Switching Protocols', kept)
}
