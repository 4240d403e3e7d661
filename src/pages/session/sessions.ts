import { clearCookie, LOGIN_COOKIE } from '../../auth/cookies.ts'
import { clearedSessionId } from '../../auth/session-id.ts'
import { isoTime } from '../../base/clock.ts'
import { endSessions } from '../../hub/identity/session-ends.ts'
import { listSessions } from '../../hub/identity/session-list.ts'
import type { SessionListProps } from '../../views/session/session-list.ts'
import { redirect } from '../respond.ts'
import type { SignedIn } from '../signed-in.ts'
import { memberForm } from '../signed-in.ts'
import type { Visit } from '../visit.ts'

/** Sessions that are shown; who has more is told how many. */
const MAX_SHOWN = 20

/** What the home page shows of the viewer's sessions: this one first. */
export async function sessionsOnHome(
  { deps, hubPath }: Visit,
  { principal, session: own, viewer }: SignedIn,
): Promise<SessionListProps> {
  const all = await listSessions(deps, principal.id)
  const sorted = [
    ...all.filter(({ session }) => session.id === own.id),
    ...all.filter(({ session }) => session.id !== own.id),
  ]
  const sessions = sorted.slice(0, MAX_SHOWN).map(({ session, lastUse }) => ({
    agent: session.agent,
    address: session.address,
    signedIn: isoTime(session.created),
    lastUse: isoTime(lastUse),
    current: session.id === own.id,
    endHref: `${hubPath}sessions/${session.sid}/end`,
  }))
  const more = sorted.length - sessions.length
  const now = deps.hub.clock.now()
  return { viewer, sessions, more, now, endOthersHref: `${hubPath}sessions/end-others` }
}

/** To the login page, which says so, with the cookies forgotten of a session that is over. */
export function signedOut({ config, hubPath }: Visit): Response {
  return redirect(`${hubPath}login?done=signed-out`, {
    cookies: [clearCookie(config, LOGIN_COOKIE, hubPath), clearedSessionId(config)],
  })
}

/** Ends one of the viewer's sessions, perhaps this one. One that is over already is no error. */
export const endSession = memberForm(async (visit, { principal, session: own }) => {
  const { c, deps, hubPath } = visit
  const sid = c.req.param('session')
  await endSessions(deps.hub, principal.id, (session) => session.sid === sid)
  deps.hub.log.info({ event: 'session.ended', user: principal.name, session: sid }, 'session ended')
  if (sid === own.sid) return signedOut(visit)
  return redirect(`${hubPath}home?done=session-ended`, { status: 303 })
})

/** Ends all of the viewer's sessions but this one. */
export const endOtherSessions = memberForm(
  async ({ deps, hubPath }, { principal, session: own }) => {
    const count = await endSessions(deps.hub, principal.id, ({ id }) => id !== own.id)
    const about = { event: 'session.ended', user: principal.name, count }
    deps.hub.log.info(about, 'all other sessions ended')
    return redirect(`${hubPath}home?done=sessions-ended`, { status: 303 })
  },
)
