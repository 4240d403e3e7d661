import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouteAnswer, RouteRequest } from '../../src/auth/allow-route.ts'
import { allowRoute } from '../../src/auth/allow-route.ts'
import { signedCookie } from '../support/signed-cookie.ts'
import { OWN, routeRequest, setUpRoute } from './route-fixture.ts'

const NAME = 'jupyterhub-user-ada'

const request = (given: Partial<RouteRequest>): RouteRequest =>
  routeRequest({ auth: 'oauth', ...given })

/** `pass` with what the server is handed, `guest`, or the error's code. */
function outcome(answer: RouteAnswer): string {
  if (answer.answer === 'refused') return answer.error.code
  if (answer.answer !== 'pass') return answer.answer
  const { authorization, cookie } = answer.carried
  if (authorization !== null) return `pass ${authorization.split(' ')[0]}`
  return cookie === null ? 'pass' : 'pass cookie'
}

type Fixture = Awaited<ReturnType<typeof setUpRoute>>
type Row = [what: string, request: (f: Fixture) => Partial<RouteRequest>, expected: string]

const header = (token: string) => ({ authorization: `token ${token}` })
const cookie = (token: string, name = NAME) => ({
  cookieHeader: `a=1; ${name}=${signedCookie(name, token)}; b=2`,
})
const quoted = (token: string) => ({ cookieHeader: `${NAME}="${signedCookie(NAME, token)}"` })

const TABLE: Row[] = [
  ['nothing', () => ({}), 'guest'],
  ['nothing on a WebSocket', () => ({ isUpgrade: true }), 'guest'],
  [
    'nothing, POST, from elsewhere',
    () => ({ method: 'POST', origin: 'http://x.example' }),
    'guest',
  ],
  ['another scheme', () => ({ authorization: 'Basic YTpi' }), 'guest'],
  ['the gateway’s own cookie for the server', (f) => ({ cookieHeader: f.cookie }), 'guest'],

  ['notebook token', (f) => header(f.notebook), 'pass token'],
  ['notebook token as bearer', (f) => ({ authorization: `Bearer ${f.notebook}` }), 'pass Bearer'],
  [
    'notebook token on a WebSocket',
    (f) => ({ ...header(f.notebook), isUpgrade: true }),
    'pass token',
  ],
  [
    'notebook token in a WebSocket’s URL',
    (f) => ({ isUpgrade: true, queryToken: f.notebook }),
    'pass token',
  ],
  ['notebook token in another URL', (f) => ({ queryToken: f.notebook }), 'forbidden'],
  [
    'notebook token, another server',
    (f) => ({ ...header(f.notebook), server: 'gpu' }),
    'insufficient_scope',
  ],
  ['notebook token of one who may not go there', (f) => header(f.strangers), 'insufficient_scope'],
  ['expired notebook token', (f) => header(f.expired), 'unauthenticated'],
  ['unknown token', () => header('hgn_unknown'), 'unauthenticated'],
  [
    'unknown token beside a good cookie',
    (f) => ({ ...header('hgn_unknown'), ...cookie(f.notebook) }),
    'unauthenticated',
  ],

  ['hub token', (f) => header(f.hubToken), 'hub_token_refused'],
  ['hub token of the config map', () => header('config-secret'), 'hub_token_refused'],
  ['hub token in a URL', (f) => ({ queryToken: f.hubToken }), 'hub_token_refused'],
  [
    'hub token in a WebSocket’s URL',
    (f) => ({ isUpgrade: true, queryToken: f.hubToken }),
    'hub_token_refused',
  ],
  [
    'hub token beside a good cookie',
    (f) => ({ ...header(f.hubToken), ...cookie(f.notebook) }),
    'hub_token_refused',
  ],

  ['the server’s cookie', (f) => cookie(f.notebook), 'pass cookie'],
  ['the server’s cookie in quotes', (f) => quoted(f.notebook), 'pass cookie'],
  [
    'the server’s cookie behind one that is no good',
    (f) => ({
      cookieHeader: `${cookie(f.revoked).cookieHeader}; ${cookie(f.notebook).cookieHeader}`,
    }),
    'pass cookie',
  ],
  ['the server’s cookie with an expired token', (f) => cookie(f.expired), 'guest'],
  ['the server’s cookie with a revoked token', (f) => cookie(f.revoked), 'guest'],
  ['the server’s cookie with a hub token', (f) => cookie(f.hubToken), 'guest'],
  ['the server’s cookie with something else', () => ({ cookieHeader: `${NAME}=x` }), 'guest'],
  ['another server’s cookie', (f) => cookie(f.notebook, 'jupyterhub-user-ada-gpu'), 'guest'],
  ['the server’s cookie, of one who may not go there', (f) => cookie(f.strangers), 'no_access'],
  [
    'the server’s cookie on a WebSocket from its own origin',
    (f) => ({ ...cookie(f.notebook), isUpgrade: true, origin: OWN }),
    'pass cookie',
  ],
  [
    'the server’s cookie on a WebSocket from elsewhere',
    (f) => ({ ...cookie(f.notebook), isUpgrade: true, origin: 'http://evil.example' }),
    'forbidden',
  ],
  [
    'the server’s cookie on a WebSocket from nowhere',
    (f) => ({ ...cookie(f.notebook), isUpgrade: true }),
    'forbidden',
  ],
  [
    'the server’s cookie, POST from elsewhere',
    (f) => ({ ...cookie(f.notebook), method: 'POST', origin: 'http://evil.example' }),
    'forbidden',
  ],
]

describe('allowRoute, for a server that checks visitors itself', () => {
  let f: Fixture
  beforeAll(async () => {
    f = await setUpRoute({}, true)
  })
  afterAll(() => f.hub.close())

  it.each(TABLE)('%s', async (_, given, expected) => {
    expect(outcome(await allowRoute(f.hub, request(given(f))))).toBe(expected)
  })

  it('hands over the very credential that was checked', async () => {
    const byCookie = await allowRoute(f.hub, request(cookie(f.notebook)))
    const value = signedCookie(NAME, f.notebook)
    expect(byCookie).toMatchObject({ carried: { authorization: null, cookie: value } })
    const inUrl = request({ isUpgrade: true, queryToken: f.notebook })
    const carried = { authorization: `token ${f.notebook}`, cookie: null }
    expect(await allowRoute(f.hub, inUrl)).toMatchObject({ carried })
  })
})
