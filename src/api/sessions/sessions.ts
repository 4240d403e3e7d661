import { isoTime } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import { isAdmin } from '../../hub/identity/owner-scopes.ts'
import { endSessions } from '../../hub/identity/session-ends.ts'
import type { UsedSession } from '../../hub/identity/session-list.ts'
import { listSessions } from '../../hub/identity/session-list.ts'
import type { Principal } from '../../model/principal.ts'
import type { UserRecord } from '../../model/user.ts'
import { json, noContent } from '../answer.ts'
import type { Call } from '../route.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'
import { sessionList } from './schemas.ts'

/** The digest of the session that asks; undefined for a token. */
function askingSession({ credential }: Principal): string | undefined {
  return credential.type === 'session' ? credential.id : undefined
}

function sessionModel({ session, lastUse }: UsedSession, asking: string | undefined): object {
  return {
    id: session.sid,
    created: isoTime(session.created),
    last_activity: isoTime(lastUse),
    expires_at: isoTime(session.expiresAt),
    address: session.address,
    user_agent: session.agent,
    current: session.id === asking,
  }
}

/**
 * The user whose sessions are to be ended.
 * @throws HubgateError `not_found`; `forbidden` for an admin's, when no admin asks (threats P25)
 */
async function userToSignOut({ hub, params, principal }: Call): Promise<UserRecord> {
  const user = await existingUser(hub, params.name)
  if (principal.admin || !isAdmin(hub.snapshot().config, user)) return user
  throw new HubgateError('forbidden', 'Only admins can end sessions of admins')
}

/** `GET /users/{name}/sessions`, the one that was used last first. */
export const listSessionsEndpoint = endpoint({
  summary: "List a user's sessions: where they are signed in (hubgate's own)",
  answers: { 200: { description: 'The sessions, without their secrets.', schema: sessionList } },
  handle: async ({ deps, hub, params, principal }) => {
    const user = await existingUser(hub, params.name)
    const sessions = await listSessions(deps, user.id)
    const asking = askingSession(principal)
    return json({ sessions: sessions.map((one) => sessionModel(one, asking)) })
  },
})

/** `DELETE /users/{name}/sessions`: the session that asks stays. */
export const endOtherSessionsEndpoint = endpoint({
  summary: "End all of a user's sessions but the one that asks (hubgate's own)",
  answers: { 204: { description: 'They are over, on every replica.' } },
  handle: async (call) => {
    const user = await userToSignOut(call)
    const asking = askingSession(call.principal)
    await endSessions(call.hub, user.id, ({ id }) => id !== asking)
    return noContent()
  },
})

/** `DELETE /users/{name}/sessions/{session_id}`. */
export const endSessionEndpoint = endpoint({
  summary: "End one of a user's sessions (hubgate's own)",
  answers: { 204: { description: 'It is over, on every replica, with all that it opened.' } },
  handle: async (call) => {
    const user = await userToSignOut(call)
    const { sessionId } = call.params
    const count = await endSessions(call.hub, user.id, ({ sid }) => sid === sessionId)
    if (count > 0) return noContent()
    throw new HubgateError('not_found', `No such session ${sessionId} for user ${user.name}`)
  },
})
