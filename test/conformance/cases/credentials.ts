import { as, each, raw, resource, withHeaders } from '../notation.ts'

/** How a credential is written, and what is told to whom has none. */
export const CREDENTIALS = resource(
  'credentials',
  each(
    [
      ...['nobody', 'bad-token', 'basic', 'basic-token', 'empty-token', 'root-no-scheme'],
      ...['root-Bearer', 'root-bEARER', 'root-TOKEN', 'root-two-spaces', 'root-two-words'],
      'root-upper-case',
    ],
    'GET /user',
    'GET /users/ada',
    'GET /users/never',
    'POST /users/ada/tokens',
  ),
  as(
    'nobody',
    'GET /user?token={{ada-inherit}}',
    'GET /users/ada?token={{ada-inherit}}',
    'GET /users/ada?access_token={{ada-inherit}}',
    withHeaders({ authorization: 'token {{ada-inherit}}, token {{ada-identify}}' }, 'GET /user'),
    withHeaders({ 'x-auth-token': '{{ada-inherit}}' }, 'GET /user'),
    withHeaders({ cookie: 'jupyterhub-hub-login=x' }, 'GET /user'),
    withHeaders({ cookie: 'hubgate-login=x' }, 'GET /user'),
    ['POST /users/ada/tokens', { auth: { username: 'ada', password: 'wrong' } }],
    ['POST /users/ada/tokens', { auth: {} }],
    ['POST /users/ada/tokens', { auth: { username: 'ada', password: 'open sesame' } }],
  ),
  as(
    'ada',
    withHeaders({ cookie: 'jupyterhub-hub-login=x' }, 'GET /user'),
    withHeaders({ origin: 'http://elsewhere.example' }, 'GET /user'),
    withHeaders({ 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' }, 'GET /user'),
    'GET /user?_xsrf=wrong',
  ),
)

/** Requests by a browser that is signed in: a cookie, and the XSRF value that each hub gives it. */
export const SESSIONS = resource(
  'sessions',
  as(
    'session:ada',
    'GET /user',
    'GET /users/ada',
    'GET /users/bob',
    'GET /users',
    'GET /users/ada/tokens/a0',
    ['POST /users/ada/activity', { last_activity: '2020-01-01T00:00:00Z' }],
    withHeaders({ 'content-type': 'text/plain' }, ['POST /users/ada/activity', raw('{}')]),
    withHeaders({ 'content-type': 'application/x-www-form-urlencoded' }, [
      'POST /users/ada/activity',
      raw('a=b'),
    ]),
    withHeaders({ 'content-type': 'application/json' }, ['POST /users/ada/activity', {}]),
    ['POST /users/ada/tokens', { note: 'of a session', scopes: ['read:users:name!user=ada'] }],
    withHeaders({ authorization: 'token {{ada-identify}}' }, 'GET /users/ada'),
    withHeaders({ authorization: 'token 0123456789abcdef0123456789abcdef' }, 'GET /users/ada'),
    withHeaders({ 'x-xsrftoken': 'wrong' }, 'GET /user'),
    withHeaders({ 'x-xsrftoken': 'wrong' }, ['POST /users/ada/activity', {}]),
    withHeaders({ origin: 'http://elsewhere.example' }, ['POST /users/ada/activity', {}]),
    withHeaders({ 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'cross-site' }, 'GET /user'),
  ),
  as(
    'session-alone:ada',
    'GET /user',
    ['POST /users/ada/activity', { last_activity: '2020-01-01T00:00:00Z' }],
    'DELETE /users/ada/tokens/a0',
    withHeaders({ 'sec-fetch-mode': 'cors' }, 'GET /user'),
    withHeaders({ 'sec-fetch-mode': 'navigate' }, 'GET /user'),
    withHeaders({ 'sec-fetch-mode': 'no-cors', 'sec-fetch-site': 'same-origin' }, 'GET /user'),
    withHeaders({ 'sec-fetch-mode': 'websocket' }, 'GET /user'),
    withHeaders({ origin: 'http://elsewhere.example' }, 'GET /user'),
  ),
  as(
    'session:root',
    'GET /user',
    'GET /info',
    ['POST /users', { usernames: ['of-a-session'] }],
    'DELETE /users/of-a-session',
    'DELETE /users/root',
  ),
)
