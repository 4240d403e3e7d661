import type { Page } from '../page.ts'
import { acceptShare, showAcceptShare } from './accept-share.ts'
import { endShare } from './end-share.ts'
import { endInvitations, invite } from './invitations.ts'
import { share, showShares } from './share.ts'

/** Servers that people share with each other. */
export const SHARE_PAGES: readonly Page[] = [
  { path: '/share/:user', get: showShares, post: share },
  { path: '/share/:user/:server', get: showShares, post: share },
  { path: '/unshare/:user', post: endShare },
  { path: '/unshare/:user/:server', post: endShare },
  { path: '/invite/:user', post: invite },
  { path: '/invite/:user/:server', post: invite },
  { path: '/uninvite/:user', post: endInvitations },
  { path: '/uninvite/:user/:server', post: endInvitations },
  { path: '/accept-share', get: showAcceptShare, post: acceptShare },
]
