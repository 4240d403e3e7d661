import { guarded, onGroup, onServer, onUser } from '../policies.ts'
import type { Route } from '../route.ts'
import {
  issueShareCodeEndpoint,
  listOwnerCodesEndpoint,
  listServerCodesEndpoint,
  revokeShareCodesEndpoint,
} from './share-codes.ts'
import {
  giveUpGroupShareEndpoint,
  giveUpUserShareEndpoint,
  listSharedWithGroupEndpoint,
  listSharedWithUserEndpoint,
  readGroupShareEndpoint,
  readUserShareEndpoint,
} from './shared-with.ts'
import {
  grantShareEndpoint,
  listOwnerSharesEndpoint,
  listServerSharesEndpoint,
  revokeShareEndpoint,
  revokeSharesEndpoint,
} from './shares.ts'

/** An empty name behind the last slash is the default server; without the slash it is all of them. */
const withDefault = (path: string): string[] => [`${path}/`, `${path}/{server}`]

/** Shares and share codes (wire-contract §10). */
export const SHARE_ROUTES: readonly Route[] = [
  guarded('GET', '/shares/{name}', onUser('read:shares'), listOwnerSharesEndpoint),
  ...withDefault('/shares/{name}').flatMap((path) => [
    guarded('GET', path, onServer('read:shares'), listServerSharesEndpoint),
    guarded('POST', path, onServer('shares'), grantShareEndpoint),
    guarded('PATCH', path, onServer('shares'), revokeShareEndpoint),
    guarded('DELETE', path, onServer('shares'), revokeSharesEndpoint),
  ]),
  guarded('GET', '/share-codes/{name}', onUser('read:shares'), listOwnerCodesEndpoint),
  ...withDefault('/share-codes/{name}').flatMap((path) => [
    guarded('GET', path, onServer('read:shares'), listServerCodesEndpoint),
    guarded('POST', path, onServer('shares'), issueShareCodeEndpoint),
    guarded('DELETE', path, onServer('shares'), revokeShareCodesEndpoint),
  ]),
  guarded('GET', '/users/{name}/shared', onUser('read:users:shares'), listSharedWithUserEndpoint),
  ...withDefault('/users/{name}/shared/{owner}').flatMap((path) => [
    guarded('GET', path, onUser('read:users:shares'), readUserShareEndpoint),
    guarded('DELETE', path, onUser('users:shares'), giveUpUserShareEndpoint),
  ]),
  guarded(
    'GET',
    '/groups/{group}/shared',
    onGroup('read:groups:shares'),
    listSharedWithGroupEndpoint,
  ),
  ...withDefault('/groups/{group}/shared/{owner}').flatMap((path) => [
    guarded('GET', path, onGroup('read:groups:shares'), readGroupShareEndpoint),
    guarded('DELETE', path, onGroup('groups:shares'), giveUpGroupShareEndpoint),
  ]),
]
