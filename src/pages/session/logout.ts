import { closeSession, endSessions } from '../../hub/identity/session-ends.ts'
import { listSessions } from '../../hub/identity/session-list.ts'
import { listServers } from '../../hub/servers/servers.ts'
import { stopwatch } from '../../metrics/measures.ts'
import { isActive } from '../../model/server.ts'
import { logoutPage } from '../../views/session/logout-page.ts'
import { field } from '../form.ts'
import { page, redirect } from '../respond.ts'
import { memberForm, strayLoginsOf, whoIsSignedIn } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { requireNavigation } from '../visit.ts'
import { signedOut } from './sessions.ts'

/** Asks first: opening a link does not sign anybody out. */
export async function showLogout(visit: Visit): Promise<Response> {
  requireNavigation(visit)
  const { deps, hubPath } = visit
  const member = await whoIsSignedIn(visit)
  if (member === undefined) return redirect(`${hubPath}login`, { cookies: strayLoginsOf(visit) })
  const { principal, session, viewer } = member
  const [servers, sessions] = await Promise.all([
    listServers(deps.hub, principal.name),
    listSessions(deps, principal.id),
  ])
  return page(
    logoutPage({
      hubPath,
      viewer,
      servers: servers
        .filter(isActive)
        .map(({ name, displayName }) => (name === '' ? '' : displayName)),
      others: sessions.filter(({ session: { id } }) => id !== session.id).length,
    }),
  )
}

/**
 * Ends the session, and with it its cookies for servers and the OAuth tokens granted in it, before the
 * browser forgets it (threats.md P31); all sessions of the user if the form says `everywhere`.
 */
export const logout = memberForm(async (visit, { principal, secret }, form) => {
  const { hub } = visit.deps
  const elapsed = stopwatch()
  const everywhere = field(form, 'everywhere') !== undefined
  if (everywhere) await endSessions(hub, principal.id, () => true)
  else await closeSession(hub, secret)
  hub.metrics?.logoutEnded(elapsed())
  hub.log.info({ event: 'logout', user: principal.name, everywhere }, 'signed out')
  return signedOut(visit)
})
