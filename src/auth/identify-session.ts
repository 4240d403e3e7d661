import type { HubgateError } from '../base/errors.ts'
import type { HubContext } from '../hub/context.ts'
import { principalOfSession } from '../hub/identity/sessions.ts'
import type { SessionRecord } from '../hub/records.ts'
import type { Principal } from '../model/principal.ts'
import { cookieValues, LOGIN_COOKIE } from './cookies.ts'

/** As {@link Identity} of a token, with the session. A stale cookie is no credential: not mine. */
export type SessionIdentity =
  | {
      answer: 'principal'
      principal: Principal
      session: SessionRecord
      /** The cookie's value: only for closing the session. */
      secret: string
    }
  | { answer: 'not-mine' }
  | { answer: 'refused'; error: HubgateError }

/**
 * Identifies who is signed in, by the login cookie. Of several cookies of that name the first that
 * verifies counts (threats.md P13). Content of the same origin can set one more, with a session of
 * its own author's: when they stand for different people nobody is signed in, so that nobody works in
 * another's name without knowing. Signing in again ends all of them.
 * @param cookieHeader the request's `Cookie` header
 */
export async function identifySession(
  hub: HubContext,
  cookieHeader: string | undefined,
): Promise<SessionIdentity> {
  let first: SessionIdentity = { answer: 'not-mine' }
  for (const secret of cookieValues(cookieHeader, LOGIN_COOKIE)) {
    const found = await principalOfSession(hub, secret)
    if (found === undefined) continue
    if (first.answer !== 'principal') first = { answer: 'principal', ...found, secret }
    else if (first.principal.id !== found.principal.id) return { answer: 'not-mine' }
  }
  return first
}
