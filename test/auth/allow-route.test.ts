import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouteAnswer, RouteRequest } from '../../src/auth/allow-route.ts'
import { allowRoute } from '../../src/auth/allow-route.ts'
import { serverCookieName } from '../../src/auth/cookies.ts'
import { OWN, routeRequest as request, setUpRoute as setUp } from './route-fixture.ts'

/** One word for an answer: `pass`, `sign-in`, or the error's code. */
function outcome(answer: RouteAnswer): string {
  return answer.answer === 'refused' ? answer.error.code : answer.answer
}

type Fixture = Awaited<ReturnType<typeof setUp>>
type Row = [what: string, request: (f: Fixture) => Partial<RouteRequest>, expected: string]

const header = (token: string) => ({ authorization: `token ${token}` })
const WORKER = { secFetchDest: 'serviceworker', secFetchSite: 'same-origin' }
const socket = (token: string | readonly string[]) => ({ isUpgrade: true, queryToken: token })

const TABLE: Row[] = [
  ['nothing', () => ({}), 'sign-in'],
  ['nothing on a WebSocket', () => ({ isUpgrade: true }), 'sign-in'],
  ['another scheme', () => ({ authorization: 'Basic YTpi' }), 'sign-in'],

  ['a service worker’s script', (f) => ({ cookieHeader: f.cookie, ...WORKER }), 'forbidden'],
  ['a service worker’s script, of a guest', () => ({ auth: 'oauth', ...WORKER }), 'forbidden'],
  [
    'a service worker’s script, by token',
    (f) => ({ ...header(f.notebook), ...WORKER }),
    'forbidden',
  ],

  ['notebook token', (f) => header(f.notebook), 'pass'],
  ['notebook token as bearer', (f) => ({ authorization: `Bearer ${f.notebook}` }), 'pass'],
  [
    'notebook token, POST, foreign origin',
    (f) => ({ ...header(f.notebook), method: 'POST', origin: 'http://evil.example' }),
    'pass',
  ],
  [
    'notebook token, another server',
    (f) => ({ ...header(f.notebook), server: 'gpu' }),
    'insufficient_scope',
  ],
  [
    'notebook token, another user',
    (f) => ({ ...header(f.notebook), user: 'grace' }),
    'insufficient_scope',
  ],
  ['notebook token of all of ada’s servers', (f) => ({ ...header(f.wide), server: 'gpu' }), 'pass'],
  ['notebook token of one who may not go there', (f) => header(f.strangers), 'insufficient_scope'],
  ['expired notebook token', (f) => header(f.expired), 'unauthenticated'],
  ['revoked notebook token', (f) => header(f.revoked), 'unauthenticated'],
  ['unknown token', () => header('hgn_unknown'), 'unauthenticated'],
  ['no token after the scheme', () => ({ authorization: 'token' }), 'unauthenticated'],

  ['hub token', (f) => header(f.hubToken), 'hub_token_refused'],
  ['hub token of the config map', () => header('config-secret'), 'hub_token_refused'],
  [
    'hub token on a WebSocket',
    (f) => ({ ...header(f.hubToken), isUpgrade: true }),
    'hub_token_refused',
  ],
  ['hub token in a WebSocket’s URL', (f) => socket(f.hubToken), 'hub_token_refused'],
  ['hub token in a URL', (f) => ({ queryToken: f.hubToken }), 'hub_token_refused'],
  [
    'hub token beside a good cookie',
    (f) => ({ ...header(f.hubToken), cookieHeader: f.cookie }),
    'hub_token_refused',
  ],
  [
    'hub token in a URL beside a notebook token',
    (f) => ({ ...header(f.notebook), queryToken: f.hubToken }),
    'hub_token_refused',
  ],
  [
    'hub token beside a notebook token in the URL',
    (f) => ({ ...header(f.hubToken), ...socket(f.notebook) }),
    'hub_token_refused',
  ],
  ['hub token second in the URL', (f) => socket([f.notebook, f.hubToken]), 'hub_token_refused'],
  [
    'hub token as the server’s cookie',
    (f) => ({ cookieHeader: `${f.cookieName}=${f.hubToken}` }),
    'sign-in',
  ],

  ['notebook token in a WebSocket’s URL', (f) => socket(f.notebook), 'pass'],
  ['the same in a list', (f) => socket([f.notebook]), 'pass'],
  [
    'notebook token in a WebSocket’s URL, another server',
    (f) => ({ ...socket(f.notebook), server: 'gpu' }),
    'insufficient_scope',
  ],
  ['unknown token in a WebSocket’s URL', () => socket('nope'), 'unauthenticated'],
  ['expired token in a WebSocket’s URL', (f) => socket(f.expired), 'unauthenticated'],
  ['empty token in a WebSocket’s URL', () => socket(''), 'sign-in'],
  ['notebook token in a URL', (f) => ({ queryToken: f.notebook }), 'forbidden'],
  [
    'notebook token in a URL beside a good cookie',
    (f) => ({ queryToken: f.notebook, cookieHeader: f.cookie }),
    'forbidden',
  ],
  ['unknown token in a URL', () => ({ queryToken: 'nope' }), 'forbidden'],

  ['two notebook tokens', (f) => ({ ...header(f.notebook), ...socket(f.notebook) }), 'bad_request'],
  ['two in the URL', (f) => socket([f.notebook, f.notebook]), 'bad_request'],
  ['many in the URL', (f) => socket(Array.from({ length: 50 }, () => f.notebook)), 'bad_request'],
  [
    'a bad one in the header, a good one in the URL',
    (f) => ({ ...header('nope'), ...socket(f.notebook) }),
    'bad_request',
  ],

  [
    'bad token, good cookie',
    (f) => ({ ...header('nope'), cookieHeader: f.cookie }),
    'unauthenticated',
  ],
  [
    'bad token in the URL, good cookie',
    (f) => ({ ...socket('nope'), cookieHeader: f.cookie, origin: OWN }),
    'unauthenticated',
  ],

  ['cookie', (f) => ({ cookieHeader: f.cookie }), 'pass'],
  [
    'cookie beside another scheme',
    (f) => ({ cookieHeader: f.cookie, authorization: 'Basic YTpi' }),
    'pass',
  ],
  [
    'cookie after a stale one of the same name',
    (f) => ({ cookieHeader: `${f.cookieName}=${'x'.repeat(43)}; ${f.cookie}` }),
    'pass',
  ],
  [
    'cookie of this server at another',
    (f) => ({ cookieHeader: f.cookie, server: 'gpu' }),
    'sign-in',
  ],
  [
    'its value under another server’s name',
    (f) => ({ cookieHeader: `${serverCookieName('ada', 'gpu')}=${f.cookieSecret}`, server: 'gpu' }),
    'sign-in',
  ],
  ['the login cookie', (f) => ({ cookieHeader: `hubgate-login=${f.loginSecret}` }), 'sign-in'],
  [
    'the login cookie’s value under the server’s name',
    (f) => ({ cookieHeader: `${f.cookieName}=${f.loginSecret}` }),
    'sign-in',
  ],
  [
    'notebook token as cookie',
    (f) => ({ cookieHeader: `${f.cookieName}=${f.notebook}` }),
    'sign-in',
  ],
  ['cookie of a signed-out session', (f) => ({ cookieHeader: f.signedOut }), 'sign-in'],
  ['cookie of one who may not go there', (f) => ({ cookieHeader: f.intruder }), 'no_access'],

  [
    'cookie, POST, same origin',
    (f) => ({ cookieHeader: f.cookie, method: 'POST', origin: OWN }),
    'pass',
  ],
  ['cookie, POST, no origin', (f) => ({ cookieHeader: f.cookie, method: 'POST' }), 'forbidden'],
  [
    'cookie, POST, foreign origin',
    (f) => ({ cookieHeader: f.cookie, method: 'POST', origin: 'http://evil.example' }),
    'forbidden',
  ],
  [
    'cookie, DELETE, sibling site',
    (f) => ({ cookieHeader: f.cookie, method: 'DELETE', origin: OWN, secFetchSite: 'same-site' }),
    'forbidden',
  ],
  [
    'cookie, GET by a foreign script',
    (f) => ({ cookieHeader: f.cookie, secFetchSite: 'cross-site', secFetchMode: 'no-cors' }),
    'forbidden',
  ],
  [
    'cookie, link from elsewhere',
    (f) => ({
      cookieHeader: f.cookie,
      secFetchSite: 'cross-site',
      secFetchMode: 'navigate',
      secFetchDest: 'document',
    }),
    'pass',
  ],
  [
    'cookie, WebSocket, same origin',
    (f) => ({ cookieHeader: f.cookie, isUpgrade: true, origin: OWN }),
    'pass',
  ],
  [
    'cookie, WebSocket, no origin',
    (f) => ({ cookieHeader: f.cookie, isUpgrade: true }),
    'forbidden',
  ],
  [
    'cookie, WebSocket, null origin',
    (f) => ({ cookieHeader: f.cookie, isUpgrade: true, origin: 'null' }),
    'forbidden',
  ],
  [
    'cookie, WebSocket, another port',
    (f) => ({ cookieHeader: f.cookie, isUpgrade: true, origin: `${OWN}:81` }),
    'forbidden',
  ],
  [
    'stale cookie, foreign origin',
    (f) => ({ cookieHeader: f.signedOut, method: 'POST', origin: 'http://evil.example' }),
    'sign-in',
  ],
]

describe('allowRoute', () => {
  let fixture: Fixture
  beforeAll(async () => {
    fixture = await setUp({}, true)
  })
  afterAll(() => fixture.hub.close())

  it.each(TABLE)('%s', async (_what, given, expected) => {
    const answer = await allowRoute(fixture.hub, request(given(fixture)))
    expect(outcome(answer)).toBe(expected)
  })

  it('says whose the credential is', async () => {
    const f = await setUp()
    expect(await allowRoute(f.hub, request(header(f.notebook)))).toMatchObject({
      answer: 'pass',
      principal: { name: 'ada', credential: { type: 'token', kind: 'notebook' } },
    })
    expect(await allowRoute(f.hub, request({ cookieHeader: f.cookie }))).toMatchObject({
      answer: 'pass',
      principal: { name: 'ada', credential: { type: 'server-session', server: 'ada/' } },
    })
  })

  it('tells the holder of a hub token how to get a notebook token, and not the token', async () => {
    const f = await setUp()
    const answer = await allowRoute(f.hub, request({ ...header(f.hubToken), server: 'gpu' }))
    expect(answer).toMatchObject({
      answer: 'refused',
      error: {
        status: 403,
        body: {
          error: 'hub_token_refused',
          hint: 'Make a notebook token: POST /hub/api/users/ada/tokens with {"scopes":["access:servers!server=ada/gpu"]}, and send that one.',
        },
      },
    })
    expect(JSON.stringify(answer)).not.toContain(f.hubToken)
  })

  it('opens another’s server to whom a role gives access', async () => {
    const f = await setUp({
      load_roles: [{ name: 'grader', scopes: ['access:servers!user=ada'], users: ['eve'] }],
    })
    expect(outcome(await allowRoute(f.hub, request({ cookieHeader: f.intruder })))).toBe('pass')
    f.hub.reload({})
    expect(outcome(await allowRoute(f.hub, request({ cookieHeader: f.intruder })))).toBe(
      'no_access',
    )
  })

  it('goes by the public URL where there is one', async () => {
    const f = await setUp({ public_url: 'https://hub.example.org' })
    const from = (origin: string) =>
      allowRoute(f.hub, request({ cookieHeader: f.cookie, isUpgrade: true, origin }))
    expect(outcome(await from('https://hub.example.org'))).toBe('pass')
    expect(outcome(await from(OWN))).toBe('forbidden')
  })
})
