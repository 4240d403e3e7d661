import { guarded, listing, onUser, unfiltered } from '../policies.ts'
import type { Route } from '../route.ts'
import { activityEndpoint } from './activity.ts'
import {
  changeUserEndpoint,
  createUserEndpoint,
  deleteUserEndpoint,
  readUserEndpoint,
} from './user.ts'
import { createUsersEndpoint, listUsersEndpoint } from './users.ts'

const READS_USER = [
  'read:users',
  'read:users:name',
  'read:servers',
  'read:users:groups',
  'read:users:activity',
  'read:roles:users',
]

/** Users and their activity (wire-contract §1.7). */
export const USER_ROUTES: readonly Route[] = [
  guarded('GET', '/users', listing('list:users', 'user', 'group'), listUsersEndpoint),
  guarded('POST', '/users', unfiltered('admin:users'), createUsersEndpoint),
  guarded('GET', '/users/{name}', onUser(...READS_USER), readUserEndpoint),
  guarded('POST', '/users/{name}', onUser('admin:users'), createUserEndpoint),
  guarded('PATCH', '/users/{name}', onUser('admin:users'), changeUserEndpoint),
  guarded('DELETE', '/users/{name}', onUser('delete:users'), deleteUserEndpoint),
  guarded('POST', '/users/{name}/activity', onUser('users:activity'), activityEndpoint),
]
