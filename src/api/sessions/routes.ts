import { guarded } from '../policies.ts'
import type { GuardedPolicy, Route } from '../route.ts'
import { requireSessions, SCOPE } from './require-sessions.ts'
import { endOtherSessionsEndpoint, endSessionEndpoint, listSessionsEndpoint } from './sessions.ts'

/** One's own with an unnarrowed credential, those of others with the scope. */
const SESSIONS: GuardedPolicy = { kind: 'in-handler', scopes: [SCOPE], check: requireSessions }

/** Where users are signed in: hubgate's own. */
export const SESSION_ROUTES: readonly Route[] = [
  guarded('GET', '/users/{name}/sessions', SESSIONS, listSessionsEndpoint),
  guarded('DELETE', '/users/{name}/sessions', SESSIONS, endOtherSessionsEndpoint),
  guarded('DELETE', '/users/{name}/sessions/{session_id}', SESSIONS, endSessionEndpoint),
]
