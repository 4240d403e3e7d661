import { HubgateError } from '../../base/errors.ts'
import type { NewServer } from '../../hub/servers/new-server.ts'
import { findServer, requestStart } from '../../hub/servers/servers.ts'
import { redirect } from '../respond.ts'
import { stateOf } from '../servers/target.ts'
import type { SignedIn } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { answerHome } from './home.ts'

/**
 * Starts a server for somebody who stays at the home page, where they see it start, or why it cannot.
 * The caller has checked that they may.
 * @param then where a start under way leads to; the home page when left out
 */
export async function startAtHome(
  visit: Visit,
  member: SignedIn,
  wish: NewServer,
  then = `${visit.hubPath}home?done=server-starting`,
): Promise<Response> {
  const { hub } = visit.deps
  const known = await findServer(hub, wish.user.name, wish.name)
  if (stateOf(known) === 'running') return redirect(then, { status: 303 })
  try {
    await requestStart(hub, { ...wish, mayQueue: true })
  } catch (error) {
    if (!(error instanceof HubgateError)) throw error
    const message = error.publicMessage ?? 'The server could not be started.'
    return answerHome(visit, member, { status: error.status, message })
  }
  return redirect(then, { status: 303 })
}
