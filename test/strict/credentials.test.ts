// P8, P22: what opens the hub is refused at a server, wherever it is written; what is no good is not
// made up for by a cookie; and of no credential does a server ever see a byte.
import { beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN } from '../support/gateway-process.ts'
import { Visitor } from '../support/visitor.ts'
import { statusOf, valuesOf } from './support/messages.ts'
import { useGate } from './support/use-gate.ts'
import { switching, UPGRADE } from './support/websocket.ts'

const gate = useGate(['ada/', 'bob/'])
/** What the tests may not find at a server, by what it is called in the tables. */
const secrets = { hub: '', admin: ADMIN_TOKEN, notebook: '', others: '', revoked: '', wrong: '' }
/** `Cookie` headers of a browser that is signed in: for ada's server, and for the hub. */
let serverCookie: string
let hubCookie: string

beforeAll(async () => {
  const { gateway } = gate
  secrets.hub = await gateway.token('ada')
  secrets.notebook = gate.tokenOf('ada/')
  secrets.others = gate.tokenOf('bob/')
  secrets.wrong = secrets.notebook.slice(0, -1) + (secrets.notebook.endsWith('x') ? 'y' : 'x')
  const made = await gateway.api<{ id: string; token: string }>('POST', '/users/ada/tokens', {
    json: { scopes: ['access:servers!server=ada/'] },
  })
  secrets.revoked = made.body.token
  await gateway.api('DELETE', `/users/ada/tokens/${made.body.id}`)
  const browser = new Visitor()
  await browser.signIn(`${gateway.url}/hub/login?next=%2Fuser%2Fada%2F`, 'ada', 'open sesame')
  serverCookie = browser.cookiesFor(new URL(`${gateway.url}/user/ada/`))
  hubCookie = browser.cookiesFor(new URL(`${gateway.url}/hub/login`))
})

const fill = (text: string): string =>
  text.replace(/\{(\w+)\}/g, (_, name: keyof typeof secrets) => secrets[name])

/** Values of the cookies in a header, which are as secret as tokens. */
const valuesIn = (cookies: string): string[] =>
  cookies.split('; ').flatMap((cookie) => cookie.split('=').slice(1).join('=') || [])

function expectNoSecrets(): void {
  const { bytes } = gate.at('ada/')
  const all = [...Object.values(secrets), ...valuesIn(serverCookie), ...valuesIn(hubCookie)]
  for (const secret of new Set(all)) expect(bytes).not.toContain(secret)
}

/** Sends it with the browser's cookie as well, and asserts that nothing of it got through. */
async function expectKept(target: string, lines: string, status: number[]): Promise<void> {
  const rest = `Cookie: ${serverCookie}\r\nConnection: close\r\n\r\n`
  const bytes = `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${gate.port}\r\n${lines}${rest}`
  const answers = await gate.answersTo(fill(bytes))
  expect(status).toContain(answers.map(statusOf)[0])
  await gate.settle()
  expect(gate.at('ada/').requests.map(({ target: seen }) => seen)).toEqual(['/user/ada/settled'])
  expectNoSecrets()
}

describe('the cookie alone', () => {
  it('opens the server, so that the tables below show what else does not', async () => {
    const lines = `Host: 127.0.0.1:${gate.port}\r\nCookie: ${serverCookie}`
    const [answer] = await gate.answersTo(
      `GET /user/ada/x HTTP/1.1\r\n${lines}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer?.body).toBe('ok')
    expectNoSecrets()
  })
})

describe('a hub token is refused', () => {
  it.each([
    'Authorization: token {hub}',
    'Authorization: Token {hub}',
    'Authorization: TOKEN {hub}',
    'Authorization: bearer {hub}',
    'Authorization: Bearer {hub}',
    'Authorization: BEARER {hub}',
    'authorization: token {hub}',
    'AUTHORIZATION:token {hub}',
    'Authorization: token  {hub}',
    'Authorization: token \t {hub}',
    'Authorization: token\t{hub}',
    'Authorization: \t token {hub} \t',
    'Authorization: token {admin}',
    'Authorization: token {hub} {notebook}',
    'Authorization: token {notebook} {hub}',
    'Authorization: token {hub}, token {notebook}',
    'Authorization: token {notebook}, Bearer {hub}',
    'Authorization: token {hub},{notebook}',
    'Authorization: token {notebook},',
    'Authorization: token "{notebook}"',
    'Authorization: token token {notebook}',
    'Authorization: token {hub}\r\nAuthorization: token {notebook}',
    'Authorization: token {notebook}\r\nAuthorization: token {hub}',
    'Authorization: token {notebook}\r\nauthorization: token {notebook}',
  ])('%s', (line) => expectKept('/user/ada/x', `${line}\r\n`, [400, 403]))

  it.each([
    '/user/ada/x?token={hub}',
    '/user/ada/x?token={admin}',
    '/user/ada/x?a=b&token={hub}',
    '/user/ada/x?a=b;token={hub}',
    '/user/ada/x?%74oken={hub}',
    '/user/ada/x?%74%6f%6b%65%6e={hub}&a=b',
    '/user/ada/x?tok%65n={hub}',
    '/user/ada/x?token={notebook}&token={hub}',
    '/user/ada/x?token={hub}&token={notebook}',
    '/user/ada/x?token=&token={hub}',
    '/user/ada/x?token={notebook}',
    '/user/ada/x?token={wrong}',
    '/user/ada/x?token={notebook}&token={notebook}',
  ])('%s', (target) => expectKept(target, '', [400, 403]))

  it.each(['/user/ada/x?token={hub}', '/user/ada/x?token={wrong}', '/user/ada/x?token={notebook}'])(
    '%s beside a good one in the header',
    (target) => expectKept(target, 'Authorization: token {notebook}\r\n', [400, 403]),
  )
})

describe('what is no good is not made up for by the cookie', () => {
  it.each([
    'token',
    'Token',
    'token \t',
    'Bearer',
    'token {wrong}',
    'token {revoked}',
    'token {others}',
    'bearer {others}',
    'TOKEN {wrong}',
    'token x',
    'token a b',
    'token a, b',
    'token a,token b',
    'token =',
    'token null',
    'Bearer undefined',
    'token {notebook}x',
    'token x{notebook}',
    'token {notebook} x',
    'token\t{wrong}',
  ])('Authorization: %s', (value) =>
    expectKept('/user/ada/x', `Authorization: ${value}\r\n`, [400, 403]),
  )

  it.each(['{wrong}', '{revoked}', '{others}', '{hub}', 'x'])(
    '?token=%s on an upgrade',
    async (token) => {
      const upgrade = [
        'Connection: upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        `Origin: ${gate.gateway.url}`,
      ]
      const lines = [`Host: 127.0.0.1:${gate.port}`, `Cookie: ${serverCookie}`, ...upgrade]
      const bytes = `GET /user/ada/ws?token=${token} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
      expect((await gate.answersTo(fill(bytes))).map(statusOf)).toEqual([403])
      await gate.settle()
      expect(gate.at('ada/').requests).toHaveLength(1)
      expectNoSecrets()
    },
  )
})

describe('what a server sees of one who may pass', () => {
  const cases: [name: string, lines: () => string][] = [
    ['a token', () => 'Authorization: token {notebook}'],
    ['a bearer', () => 'Authorization: Bearer {notebook}'],
    ['a token behind tabs', () => 'Authorization:\ttoken\t{notebook}\t'],
    ['the cookie', () => `Cookie: ${serverCookie}`],
    ['cookies of all kinds', () => `Cookie: a=1; ${hubCookie}; ${serverCookie}; b=2`],
    ['both', () => `Authorization: token {notebook}\r\nCookie: ${hubCookie}; ${serverCookie}`],
    ['two Cookie headers', () => `Cookie: ${hubCookie}; a=1\r\nCookie: ${serverCookie}; b=2`],
    [
      'cookies without spaces',
      () => `Cookie: ${`${hubCookie}; ${serverCookie}`.replaceAll(' ', '')}`,
    ],
    [
      'cookies in capitals',
      () =>
        `Authorization: token {notebook}\r\nCookie: ${hubCookie.replaceAll('hubgate', 'HubGate')}`,
    ],
    [
      'cookies with prefixes',
      () => `Authorization: token {notebook}\r\nCookie: __Host-${hubCookie}; __Secure-${hubCookie}`,
    ],
    [
      'cookies behind tabs',
      () => `Authorization: token {notebook}\r\nCookie: \t${hubCookie.replaceAll('; ', ';\t ')}`,
    ],
    [
      'addresses with tokens',
      () =>
        'Authorization: token {notebook}\r\n' +
        'Referer: http://h/user/ada/lab?token={notebook}&a=b&%74oken={hub}#token={hub}',
    ],
    [
      'a fragment of an address',
      () => 'Authorization: token {notebook}\r\nReferer: http://h/user/ada/lab#{hub}',
    ],
    [
      'an address of the hub',
      () => 'Authorization: token {notebook}\r\nReferer: http://h/hub/login?next=x&code={hub}',
    ],
    [
      'credentials for proxies',
      () => 'Authorization: token {notebook}\r\nProxy-Authorization: token {hub}',
    ],
    [
      'forwarded credentials',
      () =>
        'Authorization: token {notebook}\r\nX-Forwarded-Access-Token: {hub}\r\n' +
        'X-Original-URL: /user/ada/x?token={hub}',
    ],
  ]

  it.each(cases)('%s: nothing of it', async (_, lines) => {
    const host = `Host: 127.0.0.1:${gate.port}`
    const bytes = `GET /user/ada/x?a=b HTTP/1.1\r\n${host}\r\n${lines()}\r\nConnection: close\r\n\r\n`
    const [answer] = await gate.answersTo(fill(bytes))
    expect(answer?.body).toBe('ok')
    expectNoSecrets()
    const [seen] = gate.at('ada/').requests
    expect(seen?.target).toBe('/user/ada/x?a=b')
    expect(valuesOf(seen!, 'authorization')).toEqual([expect.stringMatching(/^token [\w-]{20,}$/)])
    expect(valuesOf(seen!, 'cookie').join()).not.toMatch(/hubgate-/i)
  })

  it.each(['token={notebook}', 't%6Fken={notebook}'])(
    'a WebSocket with ?%s: nothing of it',
    async (token) => {
      gate.at('ada/').answers(switching())
      const lines = [`GET /user/ada/ws?a=b&${token}&c HTTP/1.1`, 'Host: h', ...UPGRADE]
      const client = gate.client(fill(`${lines.join('\r\n')}\r\n\r\n`))
      expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /)
      expect(gate.at('ada/').requests.map(({ target }) => target)).toEqual(['/user/ada/ws?a=b&c'])
      expectNoSecrets()
    },
  )

  it('its own cookies, as they are', async () => {
    const line = `Cookie: a=1; ${serverCookie}; _xsrf="2|x"; c=d=e`
    const host = `Host: 127.0.0.1:${gate.port}`
    await gate.answersTo(
      `GET /user/ada/x HTTP/1.1\r\n${host}\r\n${line}\r\nConnection: close\r\n\r\n`,
    )
    expect(valuesOf(gate.at('ada/').requests[0]!, 'cookie')).toEqual(['a=1; _xsrf="2|x"; c=d=e'])
  })
})
