import { sha256Url } from '../../../src/base/hash.ts'
import type { Call, Draft, Line } from '../notation.ts'
import { as, atOnce, each, keep, raw, resource, withHeaders } from '../notation.ts'
import { secretOf } from '../setting.ts'

const VERIFIER = 'a-verifier-of-43-characters-0123456789-abcde'
const S256 = { code_challenge: sha256Url(VERIFIER), code_challenge_method: 'S256' }

const PORTAL = { client_id: 'service-portal', redirect_uri: 'http://portal.test/callback' }
const QUICK = { client_id: 'service-very-quick', redirect_uri: '/services/quick/oauth_callback' }

type Fields = Readonly<Record<string, string | undefined>>

/** URL-encoded, with the notation's `{{name}}` left as it is. */
function encoded(fields: Fields | readonly (readonly [string, string])[]): string {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields)
  const given = pairs.filter(([, value]) => value !== undefined)
  return new URLSearchParams(given)
    .toString()
    .replace(/%7B%7B(.*?)%7D%7D/g, (_, name: string) => `{{${name.replaceAll('+', ' ')}}}`)
}

/** What is said of a case comes first, so that its name tells it from others. */
const merged = (standard: Fields, own: Fields): Fields => ({ ...own, ...without(standard, own) })

const without = (fields: Fields, own: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !(name in own)))

const asking = (client: Fields, more: Fields = {}): string =>
  `/oauth2/authorize?${encoded(merged({ ...client, response_type: 'code', state: 'xyz' }, more))}`

const page = (line: Line): Draft => withHeaders({ accept: 'text/html' }, line)

const authorize = (client: Fields, more: Fields = {}): Draft => page(`GET ${asking(client, more)}`)

const form = (line: string, body: string): Draft =>
  withHeaders({ 'content-type': 'application/x-www-form-urlencoded' }, [line, raw(body)])

/** The consent form of somebody who is signed in. */
const consent = (user: string, scopes: readonly string[], address = asking(PORTAL)): Draft =>
  page(
    form(
      `POST ${address}`,
      encoded([...scopes.map((one) => ['scopes', one] as const), ['_xsrf', `{{xsrf of ${user}}}`]]),
    ),
  )

/** @param own what is said of the case, beside what a client sends */
const exchange = (client: Fields, own: Fields): Draft =>
  form('POST /oauth2/token', encoded(merged({ grant_type: 'authorization_code', ...client }, own)))

const OF_PORTAL = { ...PORTAL, client_secret: secretOf('portal') }
const OF_QUICK = { ...QUICK, client_secret: secretOf('quick') }

/** A redirect URI that is not the registered one, in one way or another. */
const SPELLINGS = [
  'http://portal.test/callback/',
  'http://portal.test/callback?',
  'http://portal.test/callback?x=1',
  'http://portal.test/callback#x',
  'http://PORTAL.test/callback',
  'http://portal.test:80/callback',
  'https://portal.test/callback',
  'http://portal.test/./callback',
  'http://portal.test/call%62ack',
  'http://portal.test@evil.example/callback',
  'http://evil.example/callback',
  '//portal.test/callback',
  '/callback',
  'callback',
]

/** A code for a client that asks nobody, under a name. */
const code = (name: string, more: Fields = {}): Draft =>
  keep({ [name]: '?code' }, authorize(QUICK, more))

function codes(...names: readonly string[]): Call[] {
  return as('session:fay', ...names.map((name) => code(name)))
}

/** Signing in with a service: good and bad requests to the OAuth provider. */
export const OAUTH = resource(
  'oauth',
  // Who is asked, and who may.
  each(['nobody', 'ada', 'bad-token'], authorize(QUICK), authorize({ client_id: 'service-none' })),
  each(['session:ada', 'session:fay', 'session:root'], authorize(QUICK), authorize(PORTAL)),

  // What is wrong with the client or where it leads is shown, not sent.
  as(
    'session:fay',
    authorize({}),
    authorize({ client_id: '' }),
    authorize({ client_id: 'service-none' }),
    authorize({ client_id: 'jupyterhub' }),
    authorize({ client_id: 'service-lister' }),
    authorize({ client_id: 'jupyterhub-user-nobody' }),
    ...SPELLINGS.map((redirect_uri) => authorize(PORTAL, { redirect_uri })),
    ...['client_id', 'response_type', 'redirect_uri', 'state', 'scope'].map((name) =>
      page(`GET /oauth2/authorize?${name}=one&${name}=two&${encoded(PORTAL)}`),
    ),
    page(`GET /oauth2/authorize?code_challenge=a&code_challenge=b&${asking(QUICK).split('?')[1]}`),
    authorize(QUICK, { redirect_uri: undefined }),
    authorize(QUICK, { state: undefined }),
  ),

  // Everything else is the client's to hear.
  as(
    'session:fay',
    ...[undefined, '', 'token', 'none', 'code token', 'CODE'].map((response_type) =>
      authorize(PORTAL, { response_type }),
    ),
    authorize(PORTAL, { response_type: 'token', state: undefined }),
    authorize(PORTAL, { response_mode: 'fragment', response_type: 'token' }),
    authorize(QUICK, { ...S256, code_challenge_method: 'S512' }),
    authorize(QUICK, { code_challenge: 'short', code_challenge_method: 'S256' }),
    ...['no:such', 'read:users!user no:such', 'admin:users', 'servers', 'inherit', 'admin'].map(
      (scope) => authorize(PORTAL, { scope }),
    ),
    ...['identify', '', 'read:users:name!user', 'read:users!user=fay', 'start:servers!user'].map(
      (scope) => authorize(PORTAL, { scope }),
    ),
  ),

  // The consent can shrink what is given.
  as(
    'session:fay',
    consent('fay', ['admin:users']),
    consent('fay', ['read:users!user', 'inherit']),
    consent('fay', ['no:such']),
    consent('fay', [], asking({ ...PORTAL, redirect_uri: 'http://evil.example/' })),
    keep({ 'portal-code': '?code' }, consent('fay', ['read:users!user'])),
    keep({ 'portal-few-code': '?code' }, consent('fay', [])),
    page(form(`POST ${asking(PORTAL)}`, 'scopes=identify&_xsrf=wrong')),
  ),
  as('session-alone:fay', page(form(`POST ${asking(PORTAL)}`, 'scopes=identify'))),
  as('nobody', page(form(`POST ${asking(PORTAL)}`, 'scopes=identify'))),
  as(
    'nobody',
    keep({ 'fay-portal': 'access_token' }, exchange(OF_PORTAL, { code: '{{portal-code}}' })),
    keep({ 'fay-few': 'access_token' }, exchange(OF_PORTAL, { code: '{{portal-few-code}}' })),
  ),
  each(['fay-portal', 'fay-few'], 'GET /user', 'GET /users/fay', 'GET /users/ada', 'GET /users'),
  // What was given is not asked for again, more is.
  as(
    'session:fay',
    keep({ 'again-code': '?code' }, authorize(PORTAL, { scope: 'read:users!user' })),
    authorize(PORTAL, { scope: 'read:users!user servers!user' }),
  ),

  // Exchanging a code: what fails leaves it as it was.
  as('session:fay', code('quick-code', S256), code('plain-code', { code_challenge: VERIFIER })),
  as(
    'nobody',
    'GET /oauth2/token',
    ['POST /oauth2/token', { grant_type: 'authorization_code', code: 'x', ...OF_QUICK }],
    form('POST /oauth2/token', ''),
    form(`POST /oauth2/token?client_secret=${secretOf('quick')}`, encoded(QUICK)),
    ...['password', 'client_credentials', 'refresh_token', 'openid', ''].map((grant_type) =>
      exchange(OF_QUICK, { grant_type, code: '{{quick-code}}' }),
    ),
    exchange(OF_QUICK, {}),
    exchange(OF_QUICK, { code: '' }),
    exchange(OF_QUICK, { code: 'no-such-code' }),
    ...['wrong', '', undefined, secretOf('portal')].map((client_secret) =>
      exchange(OF_QUICK, { client_secret, code: '{{quick-code}}' }),
    ),
    ...['', undefined, 'service-none', 'service-portal'].map((client_id) =>
      exchange(OF_QUICK, { client_id, code: '{{quick-code}}' }),
    ),
    exchange(OF_PORTAL, { code: '{{quick-code}}', code_verifier: VERIFIER }),
    exchange(OF_QUICK, { code: '{{quick-code}}' }),
    exchange(OF_QUICK, { code: '{{quick-code}}', code_verifier: 'x'.repeat(43) }),
    exchange(OF_QUICK, { code: '{{quick-code}}', code_verifier: VERIFIER.toUpperCase() }),
    ...[
      '/services/quick/oauth_callback/',
      'http://127.0.0.1/services/quick/oauth_callback',
      '',
    ].map((redirect_uri) =>
      exchange(OF_QUICK, { redirect_uri, code: '{{quick-code}}', code_verifier: VERIFIER }),
    ),
    ...['grant_type', 'client_id', 'redirect_uri', 'code', 'client_secret'].map((name) =>
      form(
        'POST /oauth2/token',
        `${name}=two&${encoded({ grant_type: 'authorization_code', ...OF_QUICK, code: '{{quick-code}}' })}`,
      ),
    ),
    withHeaders(
      { authorization: `token ${secretOf('portal')}` },
      exchange(OF_QUICK, { code: 'no-such-code' }),
    ),
    withHeaders(
      { authorization: `token ${secretOf('quick')}` },
      keep(
        { 'fay-quick': 'access_token' },
        exchange(OF_QUICK, { code: '{{quick-code}}', code_verifier: VERIFIER }),
      ),
    ),
    exchange(OF_QUICK, { code: '{{plain-code}}', code_verifier: VERIFIER }),
  ),
  as('fay-quick', 'GET /user', 'GET /users/fay', 'POST /users/fay/tokens'),
  as('root', 'GET /users/fay/tokens'),

  // A verifier without a challenge; a code without its redirect URI.
  codes('bare-code', 'short-code'),
  as(
    'nobody',
    exchange(OF_QUICK, { code: '{{bare-code}}', code_verifier: VERIFIER }),
    exchange(OF_QUICK, { redirect_uri: undefined, code: '{{short-code}}' }),
  ),

  // One use: twice in sequence, and fifty at once.
  codes('twice-code', 'fifty-code'),
  as(
    'nobody',
    keep({ 'fay-twice': 'access_token' }, exchange(OF_QUICK, { code: '{{twice-code}}' })),
  ),
  as('fay-twice', 'GET /user'),
  as('nobody', exchange(OF_QUICK, { code: '{{twice-code}}' })),
  as('fay-twice', 'GET /user'),
  as('nobody', atOnce(50, exchange(OF_QUICK, { code: '{{fifty-code}}' }))),
)
