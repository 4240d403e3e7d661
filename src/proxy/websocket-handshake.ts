import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** 16 bytes in canonical base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/

/** What a client offered, to hold the server's answer against. */
export interface Offer {
  /** The `Sec-WebSocket-Accept` that answers its key. */
  readonly accept: string
  readonly protocols: readonly string[]
  /** Names of extensions, in lower case. */
  readonly extensions: readonly string[]
}

/** The values of a header. @param headers names and values in turn */
function valuesOf(headers: readonly string[], wanted: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.length === wanted.length && name.toLowerCase() === wanted) {
      values.push(headers[i + 1] ?? '')
    }
  }
  return values
}

/** The members of a header's list, without white space. */
function members(headers: readonly string[], name: string): string[] {
  return valuesOf(headers, name).flatMap((value) => value.split(',').map((one) => one.trim()))
}

/** The names in a list of extensions: no value of a parameter has a comma in it (RFC 6455 §9.1). */
function extensionNames(headers: readonly string[]): string[] {
  return members(headers, 'sec-websocket-extensions').map((one) =>
    (one.split(';', 1)[0] ?? '').trim().toLowerCase(),
  )
}

function lists(headers: readonly string[], name: string, word: string): boolean {
  return members(headers, name).some((one) => one.toLowerCase() === word)
}

/**
 * What keeps a request from being a WebSocket handshake (RFC 6455 §4.2.1), for a person, or null.
 * Nothing else is ever upgraded (threats.md P10).
 */
export function handshakeFault({
  method,
  httpVersion,
  rawHeaders,
}: IncomingMessage): string | null {
  if (method !== 'GET' || httpVersion !== '1.1') return 'Upgrades are GET requests.'
  const [upgrade = '', ...more] = valuesOf(rawHeaders, 'upgrade')
  if (more.length > 0 || upgrade.toLowerCase() !== 'websocket') {
    return 'The only protocol to upgrade to is websocket.'
  }
  if (!lists(rawHeaders, 'connection', 'upgrade')) {
    return 'The Connection header does not say upgrade.'
  }
  const versions = valuesOf(rawHeaders, 'sec-websocket-version')
  if (versions.length !== 1 || versions[0] !== '13') return 'The WebSocket version is not 13.'
  const keys = valuesOf(rawHeaders, 'sec-websocket-key')
  if (keys.length !== 1 || !KEY.test(keys[0] ?? '')) return 'The WebSocket key is not valid.'
  const framing =
    valuesOf(rawHeaders, 'content-length').length + valuesOf(rawHeaders, 'transfer-encoding').length
  return framing > 0 ? 'Upgrade requests have no body.' : null
}

/** What a handshake without fault offers. Holds on to nothing else of the request. */
export function offerOf({ rawHeaders }: IncomingMessage): Offer {
  const [key = ''] = valuesOf(rawHeaders, 'sec-websocket-key')
  const accept = createHash('sha1')
    .update(key + GUID, 'latin1')
    .digest('base64')
  return {
    accept,
    protocols: members(rawHeaders, 'sec-websocket-protocol'),
    extensions: extensionNames(rawHeaders),
  }
}

/** Whether a server's 101 answers exactly this handshake (RFC 6455 §4.1). */
export function isAccepted(offer: Offer, headers: readonly string[]): boolean {
  const accepts = valuesOf(headers, 'sec-websocket-accept')
  const upgrades = valuesOf(headers, 'upgrade')
  const protocols = valuesOf(headers, 'sec-websocket-protocol')
  return (
    accepts.length === 1 &&
    accepts[0] === offer.accept &&
    upgrades.length === 1 &&
    upgrades[0]?.toLowerCase() === 'websocket' &&
    lists(headers, 'connection', 'upgrade') &&
    protocols.length <= 1 &&
    protocols.every((one) => offer.protocols.includes(one)) &&
    extensionNames(headers).every((one) => offer.extensions.includes(one))
  )
}

/** The subprotocol that an accepted 101 chose; undefined for none. */
export function chosenProtocol(headers: readonly string[]): string | undefined {
  return valuesOf(headers, 'sec-websocket-protocol')[0]
}
