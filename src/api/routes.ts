import { ABOUT_ROUTES } from './about/routes.ts'
import { GROUP_ROUTES } from './groups/routes.ts'
import { OPERATION_ROUTES } from './operation/routes.ts'
import { PROXY_ROUTES } from './proxy/routes.ts'
import type { Route } from './route.ts'
import { SERVER_ROUTES } from './servers/routes.ts'
import { SERVICE_ROUTES } from './services/routes.ts'
import { SHARE_ROUTES } from './shares/routes.ts'
import { TOKEN_ROUTES } from './tokens/routes.ts'
import { USER_ROUTES } from './users/routes.ts'

/** The API: every method and path with who may ask, for what, and what answers. */
export const ROUTES: readonly Route[] = [
  ...ABOUT_ROUTES,
  ...USER_ROUTES,
  ...TOKEN_ROUTES,
  ...SERVER_ROUTES,
  ...GROUP_ROUTES,
  ...SERVICE_ROUTES,
  ...SHARE_ROUTES,
  ...PROXY_ROUTES,
  ...OPERATION_ROUTES,
]
