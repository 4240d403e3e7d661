import type { Page } from '../../page.ts'
import { bulk } from './bulk.ts'
import { showUser } from './user.ts'
import { deleteUser, renameUser, setAdmin, setGroup } from './user-deeds.ts'
import { changeServer } from './user-server.ts'
import { showUsers } from './users.ts'
import { createUsers, showCreateUsers } from './users-create.ts'

/** Users and their servers. A user may have any name: nothing else is `/admin/users/…`. */
export const USER_ADMIN_PAGES: readonly Page[] = [
  { path: '/admin', get: showUsers },
  { path: '/admin/create-users', get: showCreateUsers, post: createUsers },
  { path: '/admin/bulk', post: bulk },
  { path: '/admin/users/:name', get: showUser },
  { path: '/admin/users/:name/rename', post: renameUser },
  { path: '/admin/users/:name/admin', post: setAdmin },
  { path: '/admin/users/:name/groups', post: setGroup },
  { path: '/admin/users/:name/server', post: changeServer },
  { path: '/admin/users/:name/delete', post: deleteUser },
]
