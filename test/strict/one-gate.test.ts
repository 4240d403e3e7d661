// P11: every kind of request asks the same question before its server hears of it.
import { beforeAll, describe, expect, it } from 'vitest'
import { statusOf } from './support/messages.ts'
import { useGate } from './support/use-gate.ts'

const gate = useGate(['ada/', 'ada/gpu', 'bob/'])
let hubToken: string

beforeAll(async () => {
  hubToken = await gate.gateway.token('ada')
})

const UPGRADE =
  'Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
const close = 'Connection: close\r\n'

const kinds: [name: string, method: string, lines: string][] = [
  ...['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PROPFIND', 'REPORT'].map(
    (method): [string, string, string] => [method, method, close],
  ),
  ...['POST', 'PUT', 'PATCH'].map((method): [string, string, string] => [
    `${method} with a body`,
    method,
    `${close}Content-Length: 6\r\n\r\nbanana`,
  ]),
  ['POST in chunks', 'POST', `${close}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['an upgrade', 'GET', `${UPGRADE}Origin: http://h\r\n`],
  ['an upgrade without Origin', 'GET', UPGRADE],
  ['an upgrade to h2c', 'GET', 'Connection: close, upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n'],
  ['events', 'GET', `${close}Accept: text/event-stream\r\nCache-Control: no-cache\r\n`],
  ['a page', 'GET', `${close}Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n`],
  [
    'a preflight',
    'OPTIONS',
    `${close}Origin: http://evil\r\nAccess-Control-Request-Method: POST\r\n`,
  ],
  ['a range', 'GET', `${close}Range: bytes=0-0\r\n`],
  ['a condition', 'GET', `${close}If-None-Match: *\r\n`],
  ['an expectation', 'POST', `${close}Expect: 100-continue\r\nContent-Length: 6\r\n\r\nbanana`],
  ['a health check', 'GET', `${close}User-Agent: GoogleHC/1.0\r\n`],
  ['an override', 'POST', `${close}X-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n`],
  ['one from here, it says', 'GET', `${close}X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: ::1\r\n`],
]

/** Statuses that let nobody in: a page is sent to sign in. */
const CLOSED = [302, 403]

async function expectClosed(name: string, method: string, text: string): Promise<void> {
  const answers = await gate.answersTo(text, [method])
  expect(CLOSED).toContain(answers.map(statusOf)[0])
  expect(answers.length).toBe(1)
  for (const server of ['ada/', 'ada/gpu', 'bob/'] as const) {
    await gate.settle(server)
    expect([name, gate.at(server).requests.length]).toEqual([name, 1])
    expect(gate.at(server).bytes).not.toContain('banana')
  }
}

it.each(kinds)('with its own token %s reaches the server', async (_, method, lines) => {
  const end = lines.includes('\r\n\r\n') ? '' : '\r\n'
  const credential = `Host: h\r\n${gate.authorization}\r\n`
  await gate.answersTo(`${method} /user/ada/x HTTP/1.1\r\n${credential}${lines}${end}`, [method])
  expect(gate.at('ada/').requests.map((one) => one.target)).toEqual(['/user/ada/x'])
})

describe.each([
  ['without a credential', (): string => ''],
  ['with a wrong token', (): string => 'Authorization: token wrong\r\n'],
  ['with a hub token', (): string => `Authorization: token ${hubToken}\r\n`],
  ['with another server’s token', (): string => `Authorization: token ${gate.tokenOf('bob/')}\r\n`],
  ['with a made-up cookie', (): string => 'Cookie: hubgate-login=x; hubgate-server-0=y\r\n'],
])('%s', (_, credential) => {
  it.each(kinds)('%s does not reach the server', async (name, method, lines) => {
    const end = lines.includes('\r\n\r\n') ? '' : '\r\n'
    const head = `${method} /user/ada/x HTTP/1.1\r\nHost: h\r\n${credential()}${lines}${end}`
    await expectClosed(name, method, head)
  })
})

it.each([
  ['/user/ada/gpu/x', 'ada/'],
  ['/user/ada/x', 'ada/gpu'],
  ['/user/bob/x', 'ada/'],
] as const)('%s is not opened by the token of %s', async (target, owner) => {
  const line = `Authorization: token ${gate.tokenOf(owner)}\r\n`
  for (const rest of [close, UPGRADE]) {
    const head = `GET ${target} HTTP/1.1\r\nHost: h\r\n${line}${rest}\r\n`
    await expectClosed(target, 'GET', head)
    gate.reset()
  }
})
