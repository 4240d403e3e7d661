import { ABSENT } from '../differences.ts'
import type { Reviewed } from '../review.ts'

const XSRF = "'_xsrf' argument missing or invalid"
const OTHER_SITE = 'Pages of other sites cannot use this API with your cookie.'

/** What the hub says of itself, credentials and sessions. */
export const ABOUT_REVIEWED: readonly Reviewed[] = [
  {
    why: 'The hub is another program, with authenticators and spawners of its own.',
    cases: [/ GET \/info$/],
    status: 200,
    differs: {
      'body.authenticator.class': [/^jupyterhub\./, 'dummy'],
      'body.authenticator.version': ['<the version of JupyterHub>', /^\d/],
      'body.python': [/^3\./, ''],
      'body.spawner.class': [/TinyServers$/, 'process'],
      'body.spawner.version': ['unknown', /^\d/],
      'body.sys_executable': [/python/, /node/],
      'body.hubgate': [ABSENT, /^\{"node":"v\d.*","version":"\d/],
    },
  },
  {
    why: 'JupyterHub shows a service that asks who it is what its database happens to hold.',
    cases: [/ GET \/user( |$)/],
    status: 200,
    differs: { 'body.display': [null, true], 'body.info': [null, {}] },
  },
  {
    why: 'Health and metrics are routes of the API like others: errors are JSON, OPTIONS is answered.',
    cases: [/ GET (\/hub)?\/metrics/],
    status: 403,
    differs: {
      'header.content-type': ['text/html', 'application/json'],
      body: ['<a page>', /^\{"message":"/],
    },
  },
  {
    why: 'Health and metrics are routes of the API like others: errors are JSON, OPTIONS is answered.',
    cases: ['about: root POST /metrics'],
    status: 405,
    differs: {
      'header.content-type': ['text/html', 'application/json'],
      body: ['<a page>', { message: null, status: 405 }],
    },
  },
  {
    why: 'Health and metrics are routes of the API like others: errors are JSON, OPTIONS is answered.',
    cases: ['about: nobody POST /health'],
    status: [403, 405],
    differs: {
      body: ['<a page>', { message: null, status: 405 }],
    },
  },
  {
    why: 'Health and metrics are routes of the API like others: errors are JSON, OPTIONS is answered.',
    cases: ['about: nobody OPTIONS /health'],
    status: [405, 200],
    differs: { body: ['<a page>', ''] },
  },
  {
    why: 'Python and Node have libraries with different versions of the same text format.',
    cases: [/ GET (\/hub)?\/metrics/],
    status: 200,
    differs: { 'header.content-type': ['text/plain; version=1.0.0', 'text/plain; version=0.0.4'] },
  },
  {
    why: 'A method that there is not is refused by the HTTP parser.',
    cases: ['about: nobody BREW /users'],
    status: [405, 400],
    differs: {
      'body.message': [null, 'The request is not valid.'],
      'header.access-control-allow-headers': ['accept, content-type, authorization', ABSENT],
      'header.x-jupyterhub-version': ['<present>', ABSENT],
    },
  },
  {
    why: 'TRACE is refused before anything looks at the path.',
    cases: ['about: nobody TRACE /users'],
    status: 405,
    differs: {
      'header.access-control-allow-headers': ['accept, content-type, authorization', ABSENT],
      'header.x-jupyterhub-version': ['<present>', ABSENT],
    },
  },
  {
    why: 'A password is taken on the sign-in page only.',
    cases: [
      'credentials: nobody POST /users/ada/tokens {"auth":{"username":"ada","password":"open sesame"}}',
    ],
    status: [201, 403],
    differs: { body: [/"note":"Requested via api"/, { message: null, status: 403 }] },
  },
  {
    why: 'An unknown token is refused; a cookie beside it does not help.',
    cases: [
      'sessions: session:ada GET /users/ada authorization=token 0123456789abcdef0123456789abcdef',
    ],
    status: [200, 403],
    differs: {
      body: [/"name":"ada"/, { message: 'Missing or invalid credentials.', status: 403 }],
    },
  },
  {
    why: 'Every request with a cookie needs the XSRF value, reading ones too.',
    cases: [
      'sessions: session:ada GET /user x-xsrftoken=wrong',
      'sessions: session-alone:ada GET /user',
      'sessions: session-alone:ada GET /user sec-fetch-mode=navigate',
      'sessions: session-alone:ada GET /user sec-fetch-mode=no-cors sec-fetch-site=same-origin',
      'sessions: session-alone:ada GET /user sec-fetch-mode=websocket',
    ],
    status: [200, 403],
    differs: { body: [/"name":"ada"/, { message: XSRF, status: 403 }] },
  },
  {
    why: 'One message says that the XSRF value is missing or wrong.',
    cases: [/^sessions: session(-alone)?:ada (POST|DELETE|GET) /],
    status: 403,
    differs: {
      'body.message': [/^('_xsrf' argument missing from|XSRF cookie does not match) [A-Z]+/, XSRF],
    },
  },
  {
    why: 'A request with a cookie that comes from another site is refused, whatever its XSRF value.',
    cases: [
      'sessions: session:ada GET /user sec-fetch-mode=cors sec-fetch-site=cross-site',
      'sessions: session-alone:ada GET /user origin=http://elsewhere.example',
    ],
    status: [200, 403],
    differs: { body: [/"name":"ada"/, { message: OTHER_SITE, status: 403 }] },
  },
  {
    why: 'A request with a cookie that comes from another site is refused, whatever its XSRF value.',
    cases: ['sessions: session:ada POST /users/ada/activity origin=http://elsewhere.example {}'],
    status: [400, 403],
    differs: { 'body.message': [/^body must contain at least one/, OTHER_SITE] },
  },
  {
    why: 'JupyterHub breaks down on this old route without a token; hubgate has no such method.',
    cases: [
      /^authorizations: [\w-]+ POST \/authorizations\/token\/none$/,
      'authorizations: root GET /authorizations/token',
    ],
    status: [500, 405],
    differs: { 'body.message': ['Internal Server Error', null] },
  },
]
