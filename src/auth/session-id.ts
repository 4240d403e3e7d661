import type { Config } from '../config/schema.ts'
import type { SessionRecord } from '../hub/records.ts'
import { clearCookie, cookieValues, SESSION_ID_COOKIE, setCookie } from './cookies.ts'

type CookieConfig = Pick<Config, 'base_url' | 'public_url'>

/**
 * The `Set-Cookie` line that tells a session's public id to all that is behind the gateway's address
 * and signs visitors in by itself (wire-contract §2.5). It ends with the browser, and opens nothing.
 */
export function sessionIdCookie(config: CookieConfig, { sid }: Pick<SessionRecord, 'sid'>): string {
  return setCookie(config, SESSION_ID_COOKIE, sid, { path: config.base_url })
}

/**
 * The same for a browser that lost it, as one does that was closed and opened again.
 * @param cookieHeader the request's `Cookie` header
 * @returns undefined when it has the cookie
 */
export function renewedSessionId(
  config: CookieConfig,
  session: Pick<SessionRecord, 'sid'>,
  cookieHeader: string | undefined,
): string | undefined {
  const isKnown = cookieValues(cookieHeader, SESSION_ID_COOKIE).includes(session.sid)
  return isKnown ? undefined : sessionIdCookie(config, session)
}

/** The `Set-Cookie` line that makes the browser forget it. */
export function clearedSessionId(config: CookieConfig): string {
  return clearCookie(config, SESSION_ID_COOKIE, config.base_url)
}
