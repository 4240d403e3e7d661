import { guarded, listing, onGroup, unfiltered } from '../policies.ts'
import type { Route } from '../route.ts'
import {
  addMembersEndpoint,
  createGroupEndpoint,
  deleteGroupEndpoint,
  readGroupEndpoint,
  removeMembersEndpoint,
  setPropertiesEndpoint,
} from './group.ts'
import { createGroupsEndpoint, listGroupsEndpoint } from './groups.ts'

const READS_GROUP = ['read:groups', 'read:groups:name', 'read:roles:groups']

/** Groups, their members and properties (wire-contract §1.10). */
export const GROUP_ROUTES: readonly Route[] = [
  guarded('GET', '/groups', listing('list:groups', 'group'), listGroupsEndpoint),
  guarded('POST', '/groups', unfiltered('admin:groups'), createGroupsEndpoint),
  guarded('GET', '/groups/{group}', onGroup(...READS_GROUP), readGroupEndpoint),
  guarded('POST', '/groups/{group}', onGroup('admin:groups'), createGroupEndpoint),
  guarded('DELETE', '/groups/{group}', onGroup('delete:groups'), deleteGroupEndpoint),
  guarded('POST', '/groups/{group}/users', onGroup('groups'), addMembersEndpoint),
  guarded('DELETE', '/groups/{group}/users', onGroup('groups'), removeMembersEndpoint),
  guarded('PUT', '/groups/{group}/properties', onGroup('groups'), setPropertiesEndpoint),
]
