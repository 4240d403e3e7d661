import { isoTime } from '../../base/clock.ts'
import { listScopes } from '../../model/list-scopes.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { TokenRecord } from '../../model/token.ts'

/** JupyterHub's token model (wire-contract §1.8) and what the token opens. */
export function tokenModel(
  record: TokenRecord,
  facts: { scopes: ScopeSet; lastActivity: number | null; client: string },
): Record<string, unknown> {
  return {
    [record.owner.kind]: record.owner.name,
    id: record.id,
    kind: 'api_token',
    token_kind: record.kind,
    roles: [],
    scopes: listScopes(facts.scopes),
    created: isoTime(record.created),
    last_activity: isoTime(facts.lastActivity),
    expires_at: isoTime(record.expiresAt),
    note: record.note,
    session_id: record.session,
    oauth_client: facts.client,
  }
}
