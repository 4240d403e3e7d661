import { constantTimeEqual, sha256 } from '../base/hash.ts'
import { randomSecret } from '../base/random.ts'
import type { SessionRecord } from '../hub/records.ts'
import { cookieValues, PRESESSION_COOKIE } from './cookies.ts'

/** The form field, query parameter and header that carry the value (wire-contract §8.5). */
export const XSRF_FIELD = '_xsrf'
export const XSRF_HEADERS = ['x-xsrftoken', 'x-csrftoken'] as const

/**
 * The header by which a page's own script shows that it asks for a page. Where such a request is
 * redirected to a server, the browser keeps the header; the gateway takes off every `X-Hubgate-` one.
 */
export const PAGE_XSRF_HEADER = 'X-Hubgate-XSRF'

/**
 * Whether a request that a session's cookie authenticates really comes from a page of that session:
 * the value is random and kept with the session, so it is bound to it and to its user.
 */
export function isXsrfValid(
  session: Pick<SessionRecord, 'xsrf'>,
  given: string | undefined,
): boolean {
  return given !== undefined && session.xsrf !== '' && constantTimeEqual(session.xsrf, given)
}

/** A login form before there is a session: what the cookie holds and what the form sends back. */
export interface Presession {
  cookie: string
  field: string
}

const PRESESSION_VALUE = /^[\w-]{43}$/

/** Derived from the cookie alone, so any replica can check it, after a restart too. */
function fieldOf(cookie: string): string {
  return sha256(`hubgate login form\n${cookie}`)
}

/** The form's token for this browser: of the cookie that it has, else of a new one. */
export function openPresession(cookieHeader: string | undefined): Presession {
  const known = cookieValues(cookieHeader, PRESESSION_COOKIE).find((value) =>
    PRESESSION_VALUE.test(value),
  )
  const cookie = known ?? randomSecret()
  return { cookie, field: fieldOf(cookie) }
}

/** Whether a login form was sent by the browser that it was given to (login CSRF, threats.md P13). */
export function isPresessionValid(
  cookieHeader: string | undefined,
  given: string | undefined,
): boolean {
  if (given === undefined) return false
  return cookieValues(cookieHeader, PRESESSION_COOKIE)
    .filter((value) => PRESESSION_VALUE.test(value))
    .some((value) => constantTimeEqual(fieldOf(value), given))
}
