import type { Page } from '../page.ts'

/** What people with the scope `admin-ui` see. */
export const ADMIN_PAGES: readonly Page[] = []
