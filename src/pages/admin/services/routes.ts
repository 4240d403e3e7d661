import type { Page } from '../../page.ts'
import { createService, deleteService, showServices } from './services.ts'

/** Programs that use the hub in their own name. */
export const SERVICE_ADMIN_PAGES: readonly Page[] = [
  { path: '/admin/services', get: showServices, post: createService },
  { path: '/admin/services/:name/delete', post: deleteService },
]
