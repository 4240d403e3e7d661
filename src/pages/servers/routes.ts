import type { Page } from '../page.ts'
import { deleteServer } from './delete.ts'
import { rename, showRename } from './rename.ts'
import { showSpawn, spawn } from './spawn.ts'
import { showSpawnPending } from './spawn-pending.ts'
import { stop } from './stop.ts'
import { showUserRedirect } from './user-redirect.ts'

/** One server: its start, its stop, and what can be changed of it. */
export const SERVER_PAGES: readonly Page[] = [
  { path: '/spawn', get: showSpawn, post: spawn },
  { path: '/spawn/:user', get: showSpawn, post: spawn },
  { path: '/spawn/:user/:server', get: showSpawn, post: spawn },
  { path: '/stop/:user', post: stop },
  { path: '/stop/:user/:server', post: stop },
  { path: '/rename/:user', get: showRename, post: rename },
  { path: '/rename/:user/:server', get: showRename, post: rename },
  { path: '/delete/:user/:server', post: deleteServer },
  { path: '/user-redirect/*', get: showUserRedirect },
  { path: '/spawn-pending/:user', get: showSpawnPending },
  { path: '/spawn-pending/:user/:server', get: showSpawnPending },
]
