import { guarded, listing, onUser } from '../policies.ts'
import type { GuardedPolicy, Route } from '../route.ts'
import { bulkRevokeEndpoint } from './bulk-revoke.ts'
import { createTokenEndpoint, requireTokenOwner } from './create-token.ts'
import { listInventoryEndpoint } from './inventory.ts'
import { listTokensEndpoint, readTokenEndpoint, revokeTokenEndpoint } from './tokens.ts'

/** Permission is looked at before the body, with a refusal of its own wording. */
const CREATES: GuardedPolicy = { kind: 'in-handler', scopes: ['tokens'], check: requireTokenOwner }

/** A user's tokens (wire-contract §1.8), and hubgate's own inventory of everybody's. */
export const TOKEN_ROUTES: readonly Route[] = [
  guarded('GET', '/users/{name}/tokens', onUser('read:tokens'), listTokensEndpoint),
  guarded('POST', '/users/{name}/tokens', CREATES, createTokenEndpoint),
  ...['/users/{name}/tokens/', '/users/{name}/tokens/{token_id}'].flatMap((path) => [
    guarded('GET', path, onUser('read:tokens'), readTokenEndpoint),
    guarded('DELETE', path, onUser('tokens'), revokeTokenEndpoint),
  ]),
  guarded('GET', '/tokens', listing('read:tokens', 'user', 'group'), listInventoryEndpoint),
  guarded('DELETE', '/tokens', listing('tokens', 'user', 'group'), bulkRevokeEndpoint),
]
