import { requireScope } from '../../auth/require-scope.ts'
import { HubgateError } from '../../base/errors.ts'
import { requestStop } from '../../hub/servers/servers.ts'
import { redirect } from '../respond.ts'
import { memberForm } from '../signed-in.ts'
import { targetOfPath } from './target.ts'

/** Stops a server, or cancels its start; the home page shows how far it is. */
export const stop = memberForm(async (visit, { principal, viewer }) => {
  const target = await targetOfPath(visit, viewer)
  requireScope(principal, ['delete:servers'], target.resource)
  const { user, server } = target
  const wish = { user, name: server, remove: false, by: principal.name }
  const left = await requestStop(visit.deps.hub, wish)
  if (left === undefined) throw new HubgateError('not_found')
  return redirect(`${visit.hubPath}home?done=server-stopping`, { status: 303 })
})
