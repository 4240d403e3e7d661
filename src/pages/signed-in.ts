import type { SessionIdentity } from '../auth/identify-session.ts'
import { identifySession } from '../auth/identify-session.ts'
import { isForeignSite } from '../auth/origin.ts'
import { renewedSessionId } from '../auth/session-id.ts'
import { strayLogins } from '../auth/stray-logins.ts'
import { isXsrfValid, PAGE_XSRF_HEADER, XSRF_FIELD } from '../auth/xsrf.ts'
import { HubgateError } from '../base/errors.ts'
import { allows } from '../model/allows.ts'
import type { Viewer } from '../views/layout.ts'
import { field, readForm } from './form.ts'
import { redirect } from './respond.ts'
import type { Visit } from './visit.ts'
import { requireNavigation } from './visit.ts'

/** Who is signed in, and with which session. */
export type SignedIn = Extract<SessionIdentity, { answer: 'principal' }> & { viewer: Viewer }

/** @returns undefined when nobody is signed in */
export async function whoIsSignedIn(visit: Visit): Promise<SignedIn | undefined> {
  const identity = await identifySession(visit.deps.hub, visit.c.req.header('cookie'))
  if (identity.answer !== 'principal') return undefined
  const { principal, session } = identity
  const admin = allows(principal.scopes, 'admin-ui') === 'yes'
  return { ...identity, viewer: { name: principal.name, xsrf: session.xsrf, admin } }
}

/** `Set-Cookie` lines: the browser forgets login cookies that are for this page and not for the hub. */
export function strayLoginsOf({ c, config, origin }: Visit): string[] {
  const { hostname } = new URL(origin)
  const { pathname } = new URL(c.req.url)
  return strayLogins(config, { hostname, pathname }, c.req.header('cookie'))
}

/** Sends the browser to the login page, and from there back to what it asked for. */
export function toLogin(visit: Visit): Response {
  const { pathname, search } = new URL(visit.c.req.url)
  const next = encodeURIComponent(pathname + search)
  return redirect(`${visit.hubPath}login?next=${next}`, { cookies: strayLoginsOf(visit) })
}

/**
 * An answer to who is signed in, with the session's public id when the browser has lost it. A session
 * that ended meanwhile is not named again: servers would take it for one that lasts (threats.md P31).
 */
export async function keepSessionId(
  visit: Visit,
  { session }: SignedIn,
  answer: Response,
): Promise<Response> {
  const cookie = renewedSessionId(visit.config, session, visit.c.req.header('cookie'))
  if (cookie === undefined) return answer
  const lasts = (await whoIsSignedIn(visit))?.session.id === session.id
  if (lasts) answer.headers.append('Set-Cookie', cookie)
  return answer
}

/** Whether a page's own script asks, as it proves with the session's XSRF value. */
function isInPlace({ c, facts }: Visit, member: SignedIn | undefined): boolean {
  if (member === undefined || isForeignSite(facts)) return false
  return isXsrfValid(member.session, c.req.header(PAGE_XSRF_HEADER))
}

/**
 * A page's own script may ask for what it shows: it proves with the session's XSRF value, as only a
 * page of the hub knows it, that it is none of a sibling's (threats.md P13, P17). Others must go there.
 * @throws HubgateError `forbidden`
 */
function requireOurs(visit: Visit, member: SignedIn | undefined): void {
  if (!isInPlace(visit, member)) requireNavigation(visit)
}

/** Whether a path leads to a page that is the hub's own, and nowhere on from there. */
function isOwnPage({ hubPath, origin }: Visit, location: string): boolean {
  const url = URL.parse(location, origin)
  if (url === null || url.origin !== origin || !url.pathname.startsWith(hubPath)) return false
  return !/^(?:user|api)(?:\/|$)/.test(url.pathname.slice(hubPath.length))
}

/**
 * A redirect away from the hub's pages, for a script that asked: the browser goes there itself. Were
 * it followed in place, what a user's server answers would become a part of the hub's page.
 */
function leaveInPlace(visit: Visit, member: SignedIn, answer: Response): Response {
  const location = answer.headers.get('location')
  if (location === null || isOwnPage(visit, location) || !isInPlace(visit, member)) return answer
  const headers = new Headers(answer.headers)
  headers.delete('location')
  headers.set('HX-Redirect', location)
  return new Response(null, { status: 200, headers })
}

function touch({ deps }: Visit, { principal, session }: SignedIn): void {
  deps.activity.touchUser(principal.id)
  deps.activity.touchSession(session.id)
}

/** A page for somebody who is signed in; others are sent to sign in and come back. */
export function memberPage(
  show: (visit: Visit, member: SignedIn) => Promise<Response> | Response,
): (visit: Visit) => Promise<Response> {
  return async (visit) => {
    const member = await whoIsSignedIn(visit)
    requireOurs(visit, member)
    if (member === undefined) return toLogin(visit)
    touch(visit, member)
    const answer = await keepSessionId(visit, member, await show(visit, member))
    return leaveInPlace(visit, member, answer)
  }
}

/**
 * A form that somebody who is signed in sent from one of our pages.
 * @throws HubgateError `unauthenticated` when nobody is signed in, `xsrf` when the form's value is
 *   not that of the session
 */
export function memberForm(
  act: (visit: Visit, member: SignedIn, form: URLSearchParams) => Promise<Response>,
): (visit: Visit) => Promise<Response> {
  return async (visit) => {
    const form = await readForm(visit)
    const member = await whoIsSignedIn(visit)
    requireOurs(visit, member)
    if (member === undefined) throw new HubgateError('unauthenticated')
    if (!isXsrfValid(member.session, field(form, XSRF_FIELD))) throw new HubgateError('xsrf')
    touch(visit, member)
    return leaveInPlace(visit, member, await act(visit, member, form))
  }
}
