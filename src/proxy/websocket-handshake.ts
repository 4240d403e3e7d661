import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { hasBody } from './request-body.ts'

/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** 16 bytes in canonical base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/

function values(request: IncomingMessage, name: string): string[] {
  return request.headersDistinct[name] ?? []
}

function lists(request: IncomingMessage, name: string, word: string): boolean {
  return values(request, name).some((value) =>
    value.split(',').some((one) => one.trim().toLowerCase() === word),
  )
}

/**
 * What keeps a request from being a WebSocket handshake (RFC 6455 §4.2.1), for a person, or null.
 * Nothing else is ever upgraded (threats.md P10).
 */
export function handshakeFault(request: IncomingMessage): string | null {
  if (request.method !== 'GET' || request.httpVersion !== '1.1') return 'Upgrades are GET requests.'
  const [upgrade = '', ...more] = values(request, 'upgrade')
  if (more.length > 0 || upgrade.toLowerCase() !== 'websocket') {
    return 'The only protocol to upgrade to is websocket.'
  }
  if (!lists(request, 'connection', 'upgrade')) return 'The Connection header does not say upgrade.'
  const versions = values(request, 'sec-websocket-version')
  if (versions.length !== 1 || versions[0] !== '13') return 'The WebSocket version is not 13.'
  const keys = values(request, 'sec-websocket-key')
  if (keys.length !== 1 || !KEY.test(keys[0] ?? '')) return 'The WebSocket key is not valid.'
  return hasBody(request) ? 'Upgrade requests have no body.' : null
}

/** Whether a server's 101 answers exactly this handshake (RFC 6455 §4.1). */
export function isAccepted(request: IncomingMessage, answer: IncomingMessage): boolean {
  const key = request.headers['sec-websocket-key'] ?? ''
  const expected = createHash('sha1')
    .update(key + GUID, 'latin1')
    .digest('base64')
  const accepts = values(answer, 'sec-websocket-accept')
  return (
    answer.statusCode === 101 &&
    accepts.length === 1 &&
    accepts[0] === expected &&
    lists(answer, 'upgrade', 'websocket')
  )
}
