import type { Page } from '../../page.ts'
import { deleteGroup, showGroup } from './group.ts'
import { addMembers, removeMember } from './group-members.ts'
import { saveProperties } from './group-properties.ts'
import { createGroup, showGroups } from './groups.ts'

/** Groups, their members and properties. */
export const GROUP_ADMIN_PAGES: readonly Page[] = [
  { path: '/admin/groups', get: showGroups, post: createGroup },
  { path: '/admin/groups/:name', get: showGroup },
  { path: '/admin/groups/:name/members', post: addMembers },
  { path: '/admin/groups/:name/members/remove', post: removeMember },
  { path: '/admin/groups/:name/properties', post: saveProperties },
  { path: '/admin/groups/:name/delete', post: deleteGroup },
]
