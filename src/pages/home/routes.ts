import { SERVICE_SIGN_IN } from '../../auth/forward-auth/sign-in.ts'
import type { Page } from '../page.ts'
import { showHome } from './home.ts'
import { showServiceSignIn } from './service-sign-in.ts'

/** What a person comes to first. */
export const HOME_PAGES: readonly Page[] = [
  { path: '/home', get: showHome },
  { path: `/${SERVICE_SIGN_IN}`, get: showServiceSignIn },
]
