import { activityEndpoint } from './activity.ts'
import { createTokenEndpoint } from './create-token.ts'
import {
  addMembersEndpoint,
  createGroupEndpoint,
  deleteGroupEndpoint,
  readGroupEndpoint,
  removeMembersEndpoint,
  setPropertiesEndpoint,
} from './group.ts'
import { createGroupsEndpoint, listGroupsEndpoint } from './groups.ts'
import { healthEndpoint, infoEndpoint, versionEndpoint } from './info.ts'
import { openapiEndpoint } from './openapi-endpoint.ts'
import { progressEndpoint } from './progress.ts'
import { readProxyEndpoint } from './proxy-routes.ts'
import type { Endpoint, GuardedPolicy, GuardedRoute, Method, OpenCall, Route } from './route.ts'
import { readServerEndpoint, startServerEndpoint, stopServerEndpoint } from './servers.ts'
import { listTokensEndpoint, readTokenEndpoint, revokeTokenEndpoint } from './tokens.ts'
import {
  changeUserEndpoint,
  createUserEndpoint,
  deleteUserEndpoint,
  readUserEndpoint,
} from './user.ts'
import { createUsersEndpoint, listUsersEndpoint } from './users.ts'
import { whoAmIEndpoint } from './who-am-i.ts'

const open = (method: Method, path: string, endpoint: Endpoint<OpenCall>): Route => {
  return { method, path, policy: { kind: 'open' }, endpoint }
}

const guarded = (
  method: Method,
  path: string,
  policy: GuardedPolicy,
  endpoint: Endpoint,
): GuardedRoute => {
  return { method, path, policy, endpoint }
}

const unfiltered = (...scopes: string[]): GuardedPolicy => ({ kind: 'unfiltered', scopes })
const onUser = (...scopes: string[]): GuardedPolicy => ({ kind: 'user', scopes })
const onServer = (...scopes: string[]): GuardedPolicy => ({ kind: 'server', scopes })
const onGroup = (...scopes: string[]): GuardedPolicy => ({ kind: 'group', scopes })
const listing = (scope: string, ...filters: ('user' | 'group')[]): GuardedPolicy => {
  return { kind: 'listing', scopes: [scope], filters }
}

const READS_USER = [
  'read:users',
  'read:users:name',
  'read:servers',
  'read:users:groups',
  'read:users:activity',
  'read:roles:users',
]
const READS_GROUP = ['read:groups', 'read:groups:name', 'read:roles:groups']

/**
 * Where a server is, default or named. An empty name behind `servers/` is the default one, as the
 * stock admin page writes it (wire-contract §1.1, Trailing slashes).
 */
const SERVER_PATHS = [
  '/users/{name}/server',
  '/users/{name}/servers/',
  '/users/{name}/servers/{server}',
]
const PROGRESS_PATHS = ['/users/{name}/server/progress', '/users/{name}/servers/{server}/progress']

/** The API: every method and path with who may ask, for what, and what answers. */
export const ROUTES: readonly Route[] = [
  open('GET', '/', versionEndpoint),
  open('GET', '/health', healthEndpoint),
  open('HEAD', '/health', healthEndpoint),
  open('GET', '/openapi.json', openapiEndpoint),
  guarded('GET', '/info', unfiltered('read:hub'), infoEndpoint),
  guarded('GET', '/user', { kind: 'identified' }, whoAmIEndpoint),
  guarded('GET', '/proxy', unfiltered('proxy'), readProxyEndpoint),

  guarded('GET', '/users', listing('list:users', 'user', 'group'), listUsersEndpoint),
  guarded('POST', '/users', unfiltered('admin:users'), createUsersEndpoint),
  guarded('GET', '/users/{name}', onUser(...READS_USER), readUserEndpoint),
  guarded('POST', '/users/{name}', onUser('admin:users'), createUserEndpoint),
  guarded('PATCH', '/users/{name}', onUser('admin:users'), changeUserEndpoint),
  guarded('DELETE', '/users/{name}', onUser('delete:users'), deleteUserEndpoint),
  guarded('POST', '/users/{name}/activity', onUser('users:activity'), activityEndpoint),

  guarded('GET', '/users/{name}/tokens', onUser('read:tokens'), listTokensEndpoint),
  guarded(
    'POST',
    '/users/{name}/tokens',
    { kind: 'in-handler', scopes: ['tokens'] },
    createTokenEndpoint,
  ),
  ...['/users/{name}/tokens/', '/users/{name}/tokens/{token_id}'].flatMap((path) => [
    guarded('GET', path, onUser('read:tokens'), readTokenEndpoint),
    guarded('DELETE', path, onUser('tokens'), revokeTokenEndpoint),
  ]),

  guarded('GET', '/groups', listing('list:groups', 'group'), listGroupsEndpoint),
  guarded('POST', '/groups', unfiltered('admin:groups'), createGroupsEndpoint),
  guarded('GET', '/groups/{group}', onGroup(...READS_GROUP), readGroupEndpoint),
  guarded('POST', '/groups/{group}', onGroup('admin:groups'), createGroupEndpoint),
  guarded('DELETE', '/groups/{group}', onGroup('delete:groups'), deleteGroupEndpoint),
  guarded('POST', '/groups/{group}/users', onGroup('groups'), addMembersEndpoint),
  guarded('DELETE', '/groups/{group}/users', onGroup('groups'), removeMembersEndpoint),
  guarded('PUT', '/groups/{group}/properties', onGroup('groups'), setPropertiesEndpoint),

  ...SERVER_PATHS.flatMap((path) => [
    guarded('GET', path, onServer('read:servers'), readServerEndpoint),
    guarded('POST', path, onServer('start:servers'), startServerEndpoint),
    guarded('DELETE', path, onServer('delete:servers'), stopServerEndpoint),
  ]),
  ...PROGRESS_PATHS.map((path) => guarded('GET', path, onServer('read:servers'), progressEndpoint)),
]
