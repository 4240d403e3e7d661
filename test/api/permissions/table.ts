import { sha256 } from '../../../src/base/hash.ts'
import { ADA, SERVICE } from '../harness.ts'

/*
 * Who may ask what, written by hand from wire-contract §1 and §10 and hubgate's own decisions, and
 * not from the routes themselves: matrix.test.ts holds each line against what the API really does.
 */

/** A route that scopes open. */
export interface Needs {
  /** One of these is enough. */
  anyOf: readonly string[]
  /** What the scopes are held for; `nothing` takes only a scope without a filter. */
  for: 'user' | 'server' | 'group' | 'service' | 'nothing'
}

/** A list that shows as much as the filters of these kinds name. */
export interface Lists {
  anyOf: readonly [string]
  filters: readonly ('user' | 'group' | 'server' | 'service')[]
}

export interface Line {
  method: string
  path: string
  /**
   * `anybody`: no credential; `known`: any credential, notebook tokens too; `hub`: any hub token or
   * sign-in; `token`: any hub token.
   */
  who: 'anybody' | 'known' | 'hub' | 'token' | Needs | Lists
  /** A body that is let in, where none is not. What it names may decide who may ask. */
  body?: object
  /** The texts of the refusals where they are the handler's own: without a credential, and without the scope. */
  refusals?: { unknown: string | null; missing?: RegExp }
}

type More = Pick<Line, 'body' | 'refusals'>

const anybody = (method: string, path: string): Line => ({ method, path, who: 'anybody' })
const known = (method: string, path: string): Line => ({ method, path, who: 'known' })
const token = (method: string, path: string): Line => ({ method, path, who: 'token' })

const needs =
  (kind: Needs['for']) =>
  (method: string, path: string, scopes: string, more: More = {}): Line => {
    return { method, path, who: { anyOf: scopes.split(' '), for: kind }, ...more }
  }

const user = needs('user')
const server = needs('server')
const group = needs('group')
const service = needs('service')
const hub = needs('nothing')

const lists = (method: string, path: string, scope: string, filters: Lists['filters']): Line => {
  return { method, path, who: { anyOf: [scope], filters } }
}

const READS_USER =
  'read:users read:users:name read:servers read:users:groups read:users:activity read:roles:users'
const READS_GROUP = 'read:groups read:groups:name read:roles:groups'
const READS_SERVICE = 'read:services read:services:name read:roles:services'

const EXPLAIN = '/authorize/explain'

/** A question about somebody else. */
const about = (subject: object): More => ({
  body: { scope: 'read:users', ...subject },
  refusals: { unknown: null },
})

/** The id of a token of the config map. */
const idOf = (secret: string): string => `c${sha256(sha256(secret)).slice(0, 16)}`

/** A token that the caller may make whatever their scopes are: it says who it belongs to and no more. */
const NEW_TOKEN: More = {
  body: { scopes: [] },
  refusals: { unknown: null, missing: / not found or no permissions to generate tokens$/ },
}

const HUB: Line[] = [
  anybody('GET', '/'),
  anybody('GET', '/health'),
  anybody('HEAD', '/health'),
  anybody('GET', '/openapi.json'),
  anybody('GET', '/jwks.json'),
  known('GET', '/user'),
  hub('GET', '/info', 'read:hub'),
  hub('POST', '/shutdown', 'shutdown'),
  hub('GET', '/proxy', 'proxy'),
  hub('POST', '/proxy', 'proxy'),
  hub('PATCH', '/proxy', 'proxy'),
  lists('GET', '/metrics', 'read:metrics', ['user', 'group', 'server', 'service']),
]

const USERS: Line[] = [
  lists('GET', '/users', 'list:users', ['user', 'group']),
  hub('POST', '/users', 'admin:users'),
  user('GET', '/users/{name}', READS_USER),
  user('POST', '/users/{name}', 'admin:users'),
  user('PATCH', '/users/{name}', 'admin:users'),
  user('DELETE', '/users/{name}', 'delete:users'),
  user('POST', '/users/{name}/activity', 'users:activity'),
  user('POST', '/users/{name}/admin-access', 'servers'),
]

const TOKENS: Line[] = [
  user('GET', '/users/{name}/tokens', 'read:tokens'),
  user('POST', '/users/{name}/tokens', 'tokens', NEW_TOKEN),
  user('GET', '/users/{name}/tokens/', 'read:tokens'),
  user('GET', '/users/{name}/tokens/{token_id}', 'read:tokens'),
  user('DELETE', '/users/{name}/tokens/', 'tokens'),
  user('DELETE', '/users/{name}/tokens/{token_id}', 'tokens'),
  lists('GET', '/tokens', 'read:tokens', ['user', 'group']),
  lists('DELETE', '/tokens', 'tokens', ['user', 'group']),
]

/** Sessions are looked at by the handler: one's own need no scope. */
const OWN_TOO: More = { refusals: { unknown: null } }

const SESSIONS: Line[] = [
  user('GET', '/users/{name}/sessions', 'admin:users', OWN_TOO),
  user('DELETE', '/users/{name}/sessions', 'admin:users', OWN_TOO),
  user('DELETE', '/users/{name}/sessions/{session_id}', 'admin:users', OWN_TOO),
]

const AUTHORIZATIONS: Line[] = [
  { method: 'POST', path: EXPLAIN, who: 'hub', body: { scope: 'read:users' } },
  { method: 'POST', path: EXPLAIN, who: 'hub', body: { scope: 'read:users', token: ADA } },
  user('POST', EXPLAIN, 'read:roles:users read:users', about({ user: 'ada' })),
  user('POST', EXPLAIN, 'read:tokens', about({ token_id: idOf(ADA), owner: 'ada' })),
  service('POST', EXPLAIN, 'read:roles:services', about({ service: 'announce' })),
  hub(
    'POST',
    EXPLAIN,
    'read:tokens',
    about({ token_id: idOf(SERVICE), owner: 'announce', owner_kind: 'service' }),
  ),
  anybody('POST', '/authorizations/token'),
  token('GET', '/authorizations/token/{token}'),
  token('GET', '/authorizations/cookie/{cookie_name}'),
  token('GET', '/authorizations/cookie/{cookie_name}/{cookie_value}'),
]

const serverAt = (path: string): Line[] => [
  server('GET', path, 'read:servers'),
  server('PUT', path, 'start:servers'),
  server('POST', path, 'start:servers'),
  server('PATCH', path, 'start:servers'),
  server('DELETE', path, 'delete:servers'),
]

const SERVERS: Line[] = [
  lists('GET', '/servers', 'read:servers', ['user', 'group', 'server']),
  ...serverAt('/users/{name}/server'),
  ...serverAt('/users/{name}/servers/'),
  ...serverAt('/users/{name}/servers/{server}'),
  server('GET', '/users/{name}/server/progress', 'read:servers'),
  server('GET', '/users/{name}/servers/{server}/progress', 'read:servers'),
]

const GROUPS: Line[] = [
  lists('GET', '/groups', 'list:groups', ['group']),
  hub('POST', '/groups', 'admin:groups'),
  group('GET', '/groups/{group}', READS_GROUP),
  group('POST', '/groups/{group}', 'admin:groups'),
  group('DELETE', '/groups/{group}', 'delete:groups'),
  group('POST', '/groups/{group}/users', 'groups'),
  group('DELETE', '/groups/{group}/users', 'groups'),
  group('PUT', '/groups/{group}/properties', 'groups'),
]

const SERVICES: Line[] = [
  lists('GET', '/services', 'list:services', ['service']),
  service('GET', '/services/{service}', READS_SERVICE),
  service('POST', '/services/{service}', 'admin:services'),
  service('DELETE', '/services/{service}', 'admin:services'),
]

const sharesAt = (path: string): Line[] => [
  server('GET', path, 'read:shares'),
  server('POST', path, 'shares'),
  server('PATCH', path, 'shares'),
  server('DELETE', path, 'shares'),
]

const codesAt = (path: string): Line[] => [
  server('GET', path, 'read:shares'),
  server('POST', path, 'shares'),
  server('DELETE', path, 'shares'),
]

const SHARES: Line[] = [
  user('GET', '/shares/{name}', 'read:shares'),
  ...sharesAt('/shares/{name}/'),
  ...sharesAt('/shares/{name}/{server}'),
  user('GET', '/share-codes/{name}', 'read:shares'),
  ...codesAt('/share-codes/{name}/'),
  ...codesAt('/share-codes/{name}/{server}'),
  user('GET', '/users/{name}/shared', 'read:users:shares'),
  user('GET', '/users/{name}/shared/{owner}/', 'read:users:shares'),
  user('GET', '/users/{name}/shared/{owner}/{server}', 'read:users:shares'),
  user('DELETE', '/users/{name}/shared/{owner}/', 'users:shares'),
  user('DELETE', '/users/{name}/shared/{owner}/{server}', 'users:shares'),
  group('GET', '/groups/{group}/shared', 'read:groups:shares'),
  group('GET', '/groups/{group}/shared/{owner}/', 'read:groups:shares'),
  group('GET', '/groups/{group}/shared/{owner}/{server}', 'read:groups:shares'),
  group('DELETE', '/groups/{group}/shared/{owner}/', 'groups:shares'),
  group('DELETE', '/groups/{group}/shared/{owner}/{server}', 'groups:shares'),
]

export const LINES: readonly Line[] = [
  ...HUB,
  ...USERS,
  ...TOKENS,
  ...SESSIONS,
  ...AUTHORIZATIONS,
  ...SERVERS,
  ...GROUPS,
  ...SERVICES,
  ...SHARES,
]
