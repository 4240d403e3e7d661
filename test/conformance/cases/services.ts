import type { Json } from '../notation.ts'
import { as, each, keep, paged, raw, resource, tidy } from '../notation.ts'

const WRONG: Json[] = [
  null,
  [],
  {},
  'x',
  1,
  { nonsense: 1 },
  { admin: 'yes' },
  { admin: null },
  { url: 1 },
  { url: 'ftp://elsewhere.example' },
  { url: 'no url' },
  { api_token: 1 },
  { info: [] },
  { info: null },
  { display: 'yes' },
  { command: 'x' },
  { command: ['x'] },
  { command: ['x'], display: true },
  { cwd: 1 },
  { environment: [] },
  { user: 1 },
  { oauth_no_confirm: 'yes' },
  { oauth_client_id: 1 },
  { oauth_client_id: 'without-prefix', oauth_redirect_uri: '/x' },
  { oauth_client_id: 'service-x' },
  { oauth_redirect_uri: 1 },
  { oauth_client_allowed_scopes: 'x' },
  { oauth_client_allowed_scopes: ['no-such-scope'], oauth_redirect_uri: '/x' },
]

const API_TOKEN = 'conformance-secret-of-a-service-made-over-the-api'

/** Services of the configuration, and those made and removed over the API. */
export const SERVICES = resource(
  'services',
  each(
    ['root', 'registrar', 'lister-of-one', 'service-admin', 'namer', 'watcher', 'boss', 'ada'],
    'GET /services',
    'GET /services/boss',
    'GET /services/lister',
    'GET /services/never',
    paged('GET /services?limit=1'),
  ),
  as(
    'root',
    'GET /services/Lister',
    'GET /services/lister%20',
    'POST /services/svc',
    ['POST /services/svc', raw('{')],
    ...WRONG.map((body) => ['POST /services/svc', body] as const),
    ['POST /services/svc-short', { api_token: 'short' }],
    ['POST /services/svc-named', { name: 1 }],
    ...tidy('DELETE /services/svc-short', 'DELETE /services/svc-named'),
    'GET /services/svc',
    ['POST /services/svc', { info: { a: [1] }, display: false, name: 'other', command: [] }],
    'GET /services/svc',
    'GET /services/other',
    ['POST /services/svc', { display: true }],
    'POST /services/svc',
    ['POST /services/lister', { display: true }],
    ['POST /services/svc-admin', { admin: true, api_token: `${API_TOKEN}-1` }],
    ['POST /services/svc-user', { user: 'ada', cwd: '/tmp', environment: { A: 'b' } }],
    ['POST /services/svc-token', { api_token: API_TOKEN }],
    ['POST /services/svc-token-2', { api_token: API_TOKEN }],
    ...tidy('DELETE /services/svc-token-2'),
    [
      'POST /services/svc-oauth',
      {
        api_token: `${API_TOKEN}-2`,
        oauth_redirect_uri: 'http://127.0.0.1:1/callback',
        oauth_client_id: 'service-svc-oauth',
        oauth_no_confirm: true,
        oauth_client_allowed_scopes: ['read:users!user'],
      },
    ],
    'POST /services/svc%20space',
    ['POST /services/svc%20space', { display: true }],
    ...tidy('DELETE /services/svc%20space'),
    ['POST /services/SVC-Upper', { display: true }],
    'GET /services',
    'DELETE /services/SVC-Upper',
  ),
  each(
    ['service-admin', 'maker', 'registrar', 'ada'],
    ['POST /services/svc-by', { admin: true }],
    ['POST /services/svc-by', { oauth_client_allowed_scopes: ['admin:users'] }],
    ['POST /services/svc-by', { info: {} }],
    'DELETE /services/svc-by',
    'DELETE /services/svc-by',
    'DELETE /services/lister',
    'DELETE /services/never',
  ),
  // A service made over the API uses its token until it is removed.
  as(
    'nobody',
    ...['svc-token', 'svc-admin'].flatMap((name, index) => {
      const authorization = `token ${API_TOKEN}${index === 0 ? '' : '-1'}`
      return ['GET /user', 'GET /users/ada', 'GET /services', `GET /services/${name}`].map(
        (request) => ({ request, headers: { authorization } }),
      )
    }),
  ),
  as(
    'root',
    keep({ 'svc-other': 'token' }, ['POST /users/svc-token/tokens', {}]),
    'DELETE /services/svc-token',
    'DELETE /services/svc-token',
    'GET /services/svc-token',
    'DELETE /services/boss',
    ['DELETE /services/svc', { remove: true }],
    'DELETE /services/svc-oauth',
    'DELETE /services/svc-user',
  ),
  as('nobody', {
    request: 'GET /user',
    headers: { authorization: `token ${API_TOKEN}` },
  }),
  as('root', ['POST /services/svc-token', { display: true }]),
  as('nobody', {
    request: 'GET /user',
    headers: { authorization: `token ${API_TOKEN}` },
  }),
  as('root', 'DELETE /services/svc-token', 'DELETE /services/svc-admin', 'GET /services'),
)
