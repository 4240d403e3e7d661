import type { Page } from '../page.ts'
import { makeToken } from './make-token.ts'
import { revokeApplication, revokeTokens } from './revoke.ts'
import { showTokenPage } from './token-page.ts'

/** Hub tokens and notebook tokens. */
export const TOKEN_PAGES: readonly Page[] = [
  { path: '/token', get: showTokenPage, post: makeToken },
  { path: '/token/revoke', post: revokeTokens },
  { path: '/token/revoke-application', post: revokeApplication },
]
