import { STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '../../base/errors.ts'
import { ERRORS } from '../../base/errors.ts'
import { linger } from '../../proxy/linger.ts'
import { closeAfter, owedOn } from './owed.ts'

/** A connection of which nothing was ever heard: as browsers open them beforehand. */
const UNUSED = 'unused_connection'

/** Connections that are ending already. */
const ending = new WeakSet<Duplex>()

function answerText(code: ErrorCode): string {
  const { status, message } = ERRORS[code]
  const body = JSON.stringify({ status, message })
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
    '',
    body,
  ].join('\r\n')
}

/** What is wrong with a request that Node's parser gave up, or undefined for a lost connection. */
function codeOf(error: Error): ErrorCode | undefined {
  const cause = 'code' in error ? String(error.code) : ''
  if (cause === 'HPE_HEADER_OVERFLOW') return 'headers_too_large'
  if (cause === 'ERR_HTTP_REQUEST_TIMEOUT') return 'head_timeout'
  return cause.startsWith('HPE_') ? 'bad_request' : undefined
}

/** Whether the client ended its side within a request. */
function isCutOff(error: Error): boolean {
  return 'code' in error && error.code === 'HPE_INVALID_EOF_STATE'
}

/**
 * Answers on a raw connection and ends it, unless an answer is owed to an earlier request: that one is
 * sent, and then it ends. A response that has begun is never written into.
 * @returns whether the connection was still open, and not ending already
 */
export function refuseRaw(socket: Duplex, code: ErrorCode): boolean {
  if (ending.has(socket) || !socket.writable) return false
  ending.add(socket)
  const owed = owedOn(socket)
  if (owed?.req.complete === true) {
    closeAfter(owed, socket)
    return true
  }
  // Its own body is what is wrong.
  if (owed?.headersSent === true) {
    socket.destroy()
    return true
  }
  socket.end(answerText(code))
  linger(socket)
  return true
}

/**
 * Ends a connection whose request cannot be read (threats.md P3, P42, P43, P49).
 * @param error what Node's server says of it
 * @returns why it was refused, undefined when the client is gone or this is known already
 */
export function refuseBroken(error: Error, socket: Duplex): string | undefined {
  const code = isCutOff(error) && owedOn(socket) !== undefined ? undefined : codeOf(error)
  if (code === undefined) {
    socket.destroy()
    return undefined
  }
  if (code === 'head_timeout' && socket instanceof Socket && socket.bytesRead === 0) {
    // An answer that nobody asked for would be taken for that to the first request.
    socket.destroy()
    return UNUSED
  }
  return refuseRaw(socket, code) ? code : undefined
}
