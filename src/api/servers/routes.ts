import { guarded, listing, onServer, onUser } from '../policies.ts'
import type { Route } from '../route.ts'
import { adminAccessEndpoint } from './admin-access.ts'
import { changeServerEndpoint } from './change-server.ts'
import { createServerEndpoint } from './create-server.ts'
import { listServersEndpoint } from './list-servers.ts'
import { progressEndpoint } from './progress.ts'
import { readServerEndpoint, startServerEndpoint, stopServerEndpoint } from './servers.ts'

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

/** Servers, default and named (wire-contract §1.9). */
export const SERVER_ROUTES: readonly Route[] = [
  ...SERVER_PATHS.flatMap((path) => [
    guarded('GET', path, onServer('read:servers'), readServerEndpoint),
    guarded('PUT', path, onServer('start:servers'), createServerEndpoint),
    guarded('POST', path, onServer('start:servers'), startServerEndpoint),
    guarded('PATCH', path, onServer('start:servers'), changeServerEndpoint),
    guarded('DELETE', path, onServer('delete:servers'), stopServerEndpoint),
  ]),
  ...PROGRESS_PATHS.map((path) => guarded('GET', path, onServer('read:servers'), progressEndpoint)),
  guarded('POST', '/users/{name}/admin-access', onUser('servers'), adminAccessEndpoint),
  guarded(
    'GET',
    '/servers',
    listing('read:servers', 'user', 'group', 'server'),
    listServersEndpoint,
  ),
]
