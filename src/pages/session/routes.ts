import type { Page } from '../page.ts'
import { login, showLogin } from './login.ts'
import { logout, showLogout } from './logout.ts'
import { endOtherSessions, endSession } from './sessions.ts'

/** Signing in and out. */
export const SESSION_PAGES: readonly Page[] = [
  { path: '/login', get: showLogin, post: login },
  { path: '/logout', get: showLogout, post: logout },
  { path: '/sessions/:session/end', post: endSession },
  { path: '/sessions/end-others', post: endOtherSessions },
]
