import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { HubgateError } from '../base/errors.ts'
import { linger } from './linger.ts'

const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/
const FRAMING: ReadonlySet<string> = new Set(['connection', 'content-length', 'transfer-encoding'])

/** Answers without a body, whose length says nothing or may not be there (RFC 9110 §8.6). */
const BODILESS: ReadonlySet<number> = new Set([204, 304])

type Headers = Readonly<Record<string, string | readonly string[]>>

/** `name: value` lines; whatever could end a line is left out. */
function headerLines(headers: Headers): string[] {
  return Object.entries(headers).flatMap(([name, given]) => {
    const values = typeof given === 'string' ? [given] : given
    if (FRAMING.has(name.toLowerCase()) || UNSAFE.test(name)) return []
    return values.filter((value) => !UNSAFE.test(value)).map((value) => `${name}: ${value}`)
  })
}

/**
 * Answers an upgrade request with an ordinary HTTP response on its raw socket, and closes it.
 * @param headers without framing, which is set here
 */
export function refuseUpgrade(
  socket: Socket,
  status: number,
  headers: Headers,
  body: string | Buffer,
): void {
  socket.on('error', () => undefined)
  if (socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const payload = Buffer.from(body)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...headerLines(headers),
    ...(BODILESS.has(status) ? [] : [`Content-Length: ${payload.length}`]),
    'Connection: close',
  ].join('\r\n')
  socket.write(`${head}\r\n\r\n`, 'latin1')
  socket.end(payload)
  linger(socket)
}

/** The same with an error's status and public text, as JSON. */
export function refuseWithError(socket: Socket, error: HubgateError): void {
  const body = { status: error.status, message: error.publicMessage, ...error.body }
  const headers = {
    ...error.headers,
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
  }
  refuseUpgrade(socket, error.status, headers, JSON.stringify(body))
}
