import { SIZES } from './bodies.ts'
import { HANDSHAKE } from './echo-socket.ts'
import type { UploadKind } from './orders.ts'
import type { Target } from './subject.ts'

/** What a page of a notebook's sends, but for the credential. */
const BROWSER =
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n' +
  'Accept: */*\r\nAccept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\n' +
  'Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n'

const UPLOAD_HEADERS: Readonly<Record<UploadKind, string>> = {
  sized: `Content-Length: ${SIZES.upload}\r\n`,
  chunked: 'Transfer-Encoding: chunked\r\n',
}

/**
 * The head of a request, up to and with the empty line.
 * @param port in `Host` and `Origin`
 * @param what the last part of the path, by which the backend knows what to do
 * @param more header lines, each with its end
 */
export function headOf(
  port: number,
  { prefix, credential }: Pick<Target, 'prefix' | 'credential'>,
  what: string,
  more = '',
  method = 'GET',
): string {
  const place = `${method} ${prefix}api/${what} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n`
  return `${place}${BROWSER}Origin: http://127.0.0.1:${port}\r\n${credential}${more}\r\n`
}

export const uploadHead = (port: number, target: Target, kind: UploadKind): string =>
  headOf(port, target, 'sink', UPLOAD_HEADERS[kind], 'PUT')

export const socketHead = (port: number, target: Pick<Target, 'prefix' | 'credential'>): string =>
  headOf(port, target, 'socket', HANDSHAKE)
