import type { Page } from '../page.ts'
import { showSpawn, spawn } from './spawn.ts'
import { showSpawnPending } from './spawn-pending.ts'
import { stop } from './stop.ts'

/** One server: its start, its stop, and what can be changed of it. */
export const SERVER_PAGES: readonly Page[] = [
  { path: '/spawn', get: showSpawn, post: spawn },
  { path: '/spawn/:user', get: showSpawn, post: spawn },
  { path: '/spawn/:user/:server', get: showSpawn, post: spawn },
  { path: '/stop/:user', post: stop },
  { path: '/stop/:user/:server', post: stop },
  { path: '/spawn-pending/:user', get: showSpawnPending },
  { path: '/spawn-pending/:user/:server', get: showSpawnPending },
]
