import type { Page } from '../page.ts'
import { GROUP_ADMIN_PAGES } from './groups/routes.ts'
import { HUB_ADMIN_PAGES } from './hub/routes.ts'
import { SERVICE_ADMIN_PAGES } from './services/routes.ts'
import { TOKEN_ADMIN_PAGES } from './tokens/routes.ts'
import { USER_ADMIN_PAGES } from './users/routes.ts'

/** What people with the scope `admin-ui` see. */
export const ADMIN_PAGES: readonly Page[] = [
  ...USER_ADMIN_PAGES,
  ...GROUP_ADMIN_PAGES,
  ...TOKEN_ADMIN_PAGES,
  ...SERVICE_ADMIN_PAGES,
  ...HUB_ADMIN_PAGES,
]
