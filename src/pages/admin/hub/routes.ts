import type { Page } from '../../page.ts'
import { showHub, shutDown } from './hub.ts'

/** The hub itself. */
export const HUB_ADMIN_PAGES: readonly Page[] = [
  { path: '/admin/hub', get: showHub },
  { path: '/admin/hub/shutdown', post: shutDown },
]
