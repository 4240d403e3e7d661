import { TOKEN_MARK } from './request-texts.ts'

/** How long a target may be, and a head with a few more headers. */
const LONGEST_TARGET = 16_000
const LONGEST_HEADER = 60_000

const VALUED = [
  'Cookie',
  'Connection',
  'Referer',
  'Origin',
  'Accept',
  'Sec-WebSocket-Protocol',
  'X',
]

/** Requests with a text in one of their parts, as much of it as is not too long; each ends its connection. */
export function longRequests(text: string): string[] {
  const value = text.slice(0, LONGEST_HEADER).replace(/[^\t -~\x80-\xff]/g, '')
  const target = text.replace(/[^!-~]/g, '').slice(0, LONGEST_TARGET)
  const authorization = `Authorization: token ${TOKEN_MARK}\r\n`
  const asked = (where: string, lines: string): string =>
    `GET ${where} HTTP/1.1\r\nHost: h\r\n${lines}Connection: close\r\n\r\n`
  return [
    asked(`/user/ada/${target}`, authorization),
    asked(`/user/ada/?${target}`, authorization),
    asked(`/hub/login?next=${target}`, ''),
    asked('/user/ada/', `Authorization: token${value}\r\n`),
    asked('/user/ada/', `Cookie: a${value}\r\n`),
    ...VALUED.map((name) => asked('/user/ada/', `${authorization}${name}: ${value}\r\n`)),
  ]
}
