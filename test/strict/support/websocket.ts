/** A handshake with its answer (RFC 6455 §1.3), and frames. Texts have one char a byte. */
export const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
export const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

/** The lines that make a request an upgrade. */
export const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${KEY}`,
]

/** A request with a notebook token of ada's; `{token}` is to be filled in. */
export function upgradeWith(lines: readonly string[], start = 'GET /user/ada/ws HTTP/1.1'): string {
  return `${[start, 'Host: h', 'Authorization: token {token}', ...lines].join('\r\n')}\r\n\r\n`
}

/** A server's 101. */
export function switching(...more: string[]): string {
  const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${ACCEPT}`]
  return `HTTP/1.1 101 Switching Protocols\r\n${[...lines, ...more].join('\r\n')}\r\n\r\n`
}

/** A short text frame of a server. */
export const fromServer = (text: string): string =>
  `\x81${String.fromCodePoint(text.length)}${text}`

/** A short text frame of a client, whose mask changes nothing. */
export const fromClient = (text: string): string =>
  `\x81${String.fromCodePoint(0x80 | text.length)}\0\0\0\0${text}`
