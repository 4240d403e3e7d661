import type { Page } from '../page.ts'
import { acceptShare, showAcceptShare } from './accept-share.ts'

/** Servers that people share with each other. */
export const SHARE_PAGES: readonly Page[] = [
  { path: '/accept-share', get: showAcceptShare, post: acceptShare },
]
