import type { IncomingMessage } from 'node:http'
import { HubgateError } from '../base/errors.ts'

/** Most headers a request may have; Node itself silently drops those past its own limit. */
const MAX_HEADERS = 200
/** Longest request target, in bytes. */
const MAX_TARGET = 16 * 1024

const HEADER_NAME = /^[A-Za-z0-9-]+$/
const DECIMAL = /^[0-9]{1,15}$/
/** RFC 3986 `host [":" port]` without the spellings that no browser sends. */
const HOST =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9._~-]*[A-Za-z0-9_~-])?\.?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/
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
const SINGLE: ReadonlySet<string> = new Set([
  'authorization',
  'content-length',
  'content-type',
  'host',
  'origin',
  'transfer-encoding',
])

const bad = (message: string): HubgateError => new HubgateError('bad_request', message)

/** The single-valued headers by lower-case name, or what is wrong with the headers. */
function readHeaders(raw: readonly string[]): Map<string, string> | HubgateError {
  const single = new Map<string, string>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const written = raw[i] ?? ''
    if (!HEADER_NAME.test(written)) return bad('A header name has characters other than A-Z 0-9 -.')
    const name = written.toLowerCase()
    if (!SINGLE.has(name)) continue
    if (single.has(name)) return bad(`The header ${name} is repeated.`)
    single.set(name, raw[i + 1] ?? '')
  }
  return single
}

function framingFault(request: IncomingMessage, single: Map<string, string>): string | null {
  const length = single.get('content-length')
  const coding = single.get('transfer-encoding')
  if (length !== undefined && !DECIMAL.test(length)) return 'Content-Length is not a number.'
  if (coding === undefined) return null
  if (length !== undefined) return 'The request has Content-Length and Transfer-Encoding.'
  if (request.httpVersion !== '1.1') return 'HTTP/1.0 has no Transfer-Encoding.'
  return coding.toLowerCase() === 'chunked' ? null : 'Transfer-Encoding may only be chunked.'
}

/**
 * What is wrong with a request, before anything is done with it, or null (threats.md P3, P4, P6,
 * P42). Reads only the head. Node's parser lets all of this pass. The connection of a faulty
 * request should be closed: its framing is not trusted.
 */
export function checkRequest(request: IncomingMessage): HubgateError | null {
  const { httpVersion, method = '', url = '', rawHeaders } = request
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return bad('The protocol is not HTTP/1.1.')
  if (!METHODS.has(method)) return new HubgateError('method_not_allowed')
  if (url.length > MAX_TARGET) return new HubgateError('target_too_long')
  if (rawHeaders.length > 2 * MAX_HEADERS) return new HubgateError('headers_too_large')
  const single = readHeaders(rawHeaders)
  if (single instanceof HubgateError) return single
  if (!HOST.test(single.get('host') ?? '')) return bad('The Host header is missing or not valid.')
  const fault = framingFault(request, single)
  return fault === null ? null : bad(fault)
}
