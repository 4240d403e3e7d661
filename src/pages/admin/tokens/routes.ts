import type { Page } from '../../page.ts'
import { revokeToken, showTokens } from './tokens.ts'
import { revokeAll, showRevoke } from './tokens-revoke.ts'

/** Tokens of all owners. */
export const TOKEN_ADMIN_PAGES: readonly Page[] = [
  { path: '/admin/tokens', get: showTokens, post: revokeToken },
  { path: '/admin/tokens/revoke', get: showRevoke, post: revokeAll },
]
