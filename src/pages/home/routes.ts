import { SERVICE_SIGN_IN } from '../../auth/forward-auth/sign-in.ts'
import type { Page } from '../page.ts'
import { addServer } from './add-server.ts'
import { showHome } from './home.ts'
import { leaveShare } from './leave-share.ts'
import { showServiceSignIn } from './service-sign-in.ts'

/** What a person comes to first. */
export const HOME_PAGES: readonly Page[] = [
  { path: '/home', get: showHome },
  { path: '/home/add-server', post: addServer },
  { path: '/shared/:owner/leave', post: leaveShare },
  { path: '/shared/:owner/:server/leave', post: leaveShare },
  { path: `/${SERVICE_SIGN_IN}`, get: showServiceSignIn },
]
