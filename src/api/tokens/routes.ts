import { guarded, inHandler, onUser } from '../policies.ts'
import type { Route } from '../route.ts'
import { createTokenEndpoint } from './create-token.ts'
import { listTokensEndpoint, readTokenEndpoint, revokeTokenEndpoint } from './tokens.ts'

/** A user's tokens (wire-contract §1.8). */
export const TOKEN_ROUTES: readonly Route[] = [
  guarded('GET', '/users/{name}/tokens', onUser('read:tokens'), listTokensEndpoint),
  guarded('POST', '/users/{name}/tokens', inHandler('tokens'), createTokenEndpoint),
  ...['/users/{name}/tokens/', '/users/{name}/tokens/{token_id}'].flatMap((path) => [
    guarded('GET', path, onUser('read:tokens'), readTokenEndpoint),
    guarded('DELETE', path, onUser('tokens'), revokeTokenEndpoint),
  ]),
]
