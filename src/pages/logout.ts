import { clearCookie, LOGIN_COOKIE } from '../auth/cookies.ts'
import { closeSession } from '../hub/identity/sessions.ts'
import { stopwatch } from '../metrics/measures.ts'
import { logoutPage } from '../views/logout-page.ts'
import { page, redirect } from './respond.ts'
import { memberForm, whoIsSignedIn } from './signed-in.ts'
import type { Visit } from './visit.ts'
import { requireNavigation } from './visit.ts'

/** Asks first: opening a link does not sign anybody out. */
export async function showLogout(visit: Visit): Promise<Response> {
  requireNavigation(visit)
  const { hubPath } = visit
  const member = await whoIsSignedIn(visit)
  if (member === undefined) return redirect(`${hubPath}login`)
  return page(logoutPage({ hubPath, viewer: member.viewer }))
}

/** Ends the session, and with it its cookies for servers, before the browser forgets it (threats.md P31). */
export const logout = memberForm(async ({ config, deps, hubPath }, member) => {
  const elapsed = stopwatch()
  await closeSession(deps.hub, member.secret)
  deps.hub.metrics?.logoutEnded(elapsed())
  deps.hub.log.info({ event: 'logout', user: member.principal.name }, 'signed out')
  return redirect(`${hubPath}login`, { cookies: [clearCookie(config, LOGIN_COOKIE, hubPath)] })
})
