import type { IncomingMessage } from 'node:http'
import { isAuthority } from '../base/authority.ts'
import { HubgateError } from '../base/errors.ts'
import { nameTable } from '../proxy/name-table.ts'

/** How much a head may have; Node itself silently drops headers past its own limit. */
export interface HeadLimits {
  readonly header_count: number
  /** Longest request target, in bytes. */
  readonly target_bytes: number
}

const STANDARD: HeadLimits = { header_count: 200, target_bytes: 16 * 1024 }

const HEADER_NAME = /^[A-Za-z0-9-]+$/
const DECIMAL = /^[0-9]{1,15}$/
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'REPORT',
  'SEARCH',
])
/** Each may be there once; its bit tells that it was. */
const SINGLE = new Map(
  [
    'host',
    'content-length',
    'transfer-encoding',
    'authorization',
    'content-type',
    'origin',
    'referer',
    'sec-fetch-dest',
    'sec-fetch-mode',
    'sec-fetch-site',
    'sec-websocket-key',
    'sec-websocket-version',
  ].map((name, i) => [name, 1 << i]),
)
const bitOf = (name: string): number => SINGLE.get(name) ?? 0
const HOST_BIT = bitOf('host')
const LENGTH_BIT = bitOf('content-length')
const CODING_BIT = bitOf('transfer-encoding')
/** Stands for the bit of a name with other characters. */
const BAD_NAME = -1

/** The bit of a name, 0 when it may be repeated, or {@link BAD_NAME}. */
const checkName = nameTable((name) => {
  return HEADER_NAME.test(name) ? bitOf(name.toLowerCase()) : BAD_NAME
})

const bad = (message: string): HubgateError => new HubgateError('bad_request', message)

/** What is needed of the single-valued headers. */
class Framing {
  host = ''
  length: string | undefined
  coding: string | undefined

  set(bit: number, value: string): void {
    if (bit === HOST_BIT) this.host = value
    else if (bit === LENGTH_BIT) this.length = value
    else if (bit === CODING_BIT) this.coding = value
  }
}

/** What the headers say of framing, or what is wrong with them. */
function readHeaders(raw: readonly string[]): Framing | HubgateError {
  const framing = new Framing()
  let seen = 0
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const bit = checkName(name)
    if (bit === 0) continue
    if (bit === BAD_NAME) return bad('A header name has characters other than A-Z 0-9 -.')
    if ((seen & bit) !== 0) return bad(`The header ${name.toLowerCase()} is repeated.`)
    seen |= bit
    framing.set(bit, raw[i + 1] ?? '')
  }
  return framing
}

/** The last host that was found valid: most requests have it again. */
let validHost = ''

function isHost(host: string): boolean {
  if (host === validHost) return host !== ''
  if (!isAuthority(host)) return false
  validHost = host
  return true
}

function framingFault(httpVersion: string, { length, coding }: Framing): string | null {
  if (length !== undefined && !DECIMAL.test(length)) return 'Content-Length is not a number.'
  if (coding === undefined) return null
  if (length !== undefined) return 'The request has Content-Length and Transfer-Encoding.'
  if (httpVersion !== '1.1') return 'HTTP/1.0 has no Transfer-Encoding.'
  return coding.toLowerCase() === 'chunked' ? null : 'Transfer-Encoding may only be chunked.'
}

/**
 * What is wrong with a request, before anything is done with it, or null (threats.md P3, P4, P6,
 * P42). Reads only the head. Node's parser lets all of this pass. The connection of a faulty
 * request should be closed: its framing is not trusted.
 */
export function checkRequest(
  request: IncomingMessage,
  limits: HeadLimits = STANDARD,
): HubgateError | null {
  const { httpVersion, method = '', url = '', rawHeaders } = request
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return bad('The protocol is not HTTP/1.1.')
  if (!METHODS.has(method)) return new HubgateError('method_not_allowed')
  if (url.length > limits.target_bytes) return new HubgateError('target_too_long')
  if (rawHeaders.length > 2 * limits.header_count) return new HubgateError('headers_too_large')
  const framing = readHeaders(rawHeaders)
  if (framing instanceof HubgateError) return framing
  if (!isHost(framing.host)) return bad('The Host header is missing or not valid.')
  const fault = framingFault(httpVersion, framing)
  return fault === null ? null : bad(fault)
}
