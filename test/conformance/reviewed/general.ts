import { ABSENT } from '../differences.ts'
import type { Reviewed } from '../review.ts'

const EVERYWHERE = [/^/]
const NOTEBOOK = 'This is a notebook token, and notebook tokens do not authorize the hub API.'

/** Differences that show on many routes for one reason. */
export const GENERAL: readonly Reviewed[] = [
  {
    why: 'A token opens the hub API or notebook servers, and says which (design.md §2).',
    cases: EVERYWHERE,
    differs: {
      'body.token_kind': [ABSENT, /^(hub|notebook)$/],
      'body.api_tokens.*.token_kind': [ABSENT, /^(hub|notebook)$/],
    },
  },
  {
    why: 'A notebook token authorizes nothing in the hub API but GET /user (design.md §2).',
    cases: [/^(matrix|authorizations): ada-notebook /],
    differs: {
      status: [/^(200|204|400|404|405|409|500)$/, 403],
      'body.message': [/^/, NOTEBOOK],
      body: [/^/, /This is a notebook token/],
      'header.content-type': [/^/, 'application/json'],
    },
  },
  {
    why: 'A stopped server has no options or state: {}. JupyterHub says {} or null, by what it holds in memory.',
    cases: EVERYWHERE,
    status: 200,
    differs: {
      'body.user_options': [null, {}],
      'body.servers.*.user_options': [null, {}],
      'body.state': [null, '<state>'],
      'body.servers.*.state': [null, '<state>'],
    },
  },
  {
    why: 'A token of the configuration is not stored: its id is made of its digest and begins with c.',
    cases: EVERYWHERE,
    differs: {
      'body.token_id': [/^<a .*>$/, /^<c .*>$/],
      'body.api_tokens.*.id': [/^<a .*>$/, /^<c .*>$/],
    },
  },
  {
    why: 'A wrong type is told without the names of Python.',
    cases: EVERYWHERE,
    status: 400,
    differs: {
      'body.message': [
        /^(user|group|service)\.\w+ must be <class '\w+'>, not: <class '\w+'>$/,
        /^\w+ must be (true or false|a string|a list|an object), not (null|(a|an) \w+)$/,
      ],
    },
  },
  {
    why: 'Unknown keys are told by their names, without their values.',
    cases: EVERYWHERE,
    status: 400,
    differs: { 'body.message': [/^Invalid JSON keys: \{/, /^Invalid JSON keys: \w+$/] },
  },
  {
    why: 'A body that is no object is not repeated in the message.',
    cases: EVERYWHERE,
    status: 400,
    differs: {
      'body.message': [
        /^Invalid JSON data: /,
        /^Invalid JSON data: must be an object, not (nothing|(a|an) \w+)$/,
      ],
    },
  },
  {
    why: 'A value of the wrong type is not repeated in the message.',
    cases: EVERYWHERE,
    status: 400,
    differs: {
      'body.message': [
        /^token (roles|scopes) must be null or a list of strings, not /,
        /^token (roles|scopes) must be null or a list of strings$/,
      ],
    },
  },
  {
    why: 'What is wrong with a share is told in one line, not in those of the library that checks it.',
    cases: [/^(matrix|shares|share-codes): /],
    status: 400,
    differs: {
      'body.message': [
        /^1 validation error for Share/,
        /^(Invalid JSON|Specify exactly one|Expected exactly one|\w+(\.\d+)? must be )/,
      ],
    },
  },
  {
    why: 'JupyterHub breaks down on such a body; hubgate says what is wrong with it.',
    cases: [
      /^users: root POST \/users \{"usernames":/,
      /^groups: root (POST|DELETE) \/groups/,
      /^tokens: holder-before POST /,
      /^services: root POST /,
      /^servers: root (PATCH|DELETE) /,
      /^(shares|share-codes): root (POST|PATCH) /,
    ],
    status: [500, 400],
    differs: {
      'body.message': [
        'Internal Server Error',
        /^(\w+(\.\d+)? must |Invalid JSON (data|keys): |Scope '|Must specify |Failed to create service )/,
      ],
    },
  },
  {
    why: 'A path that could be read in two ways is refused before anything looks at it.',
    cases: [/ (GET|PUT) (.*\/\.\.|.*%2e%2e|.*%00|.*%ff|.*\/%|.*\/\/)/],
    differs: {
      status: [/^(200|404)$/, 400],
      'body.message': [
        /^/,
        /^The path (is not clean UTF-8|has dot segments|has an empty segment)\.$/,
      ],
      body: [/^/, /The path has an empty segment/],
      'header.access-control-allow-headers': ['accept, content-type, authorization', ABSENT],
      'header.x-jupyterhub-version': ['<present>', ABSENT],
    },
  },
]
