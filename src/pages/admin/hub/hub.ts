import { requireScope } from '../../../auth/require-scope.ts'
import { countReadyServers, countUsers } from '../../../hub/counts.ts'
import { allows } from '../../../model/allows.ts'
import type { HubPageProps } from '../../../views/admin/hub/hub-page.ts'
import { hubEndingPage, hubPage } from '../../../views/admin/hub/hub-page.ts'
import { bodyOf, callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { page } from '../../respond.ts'
import { memberForm, memberPage } from '../../signed-in.ts'

/** What the hub runs on and how much it serves, to whoever may read each. */
export const showHub = memberPage(async (visit, member) => {
  const { deps, hubPath } = visit
  const { principal, viewer } = member
  requireScope(principal, ['admin-ui'], undefined)
  const holds = (scope: string): boolean => allows(principal.scopes, scope) === 'yes'
  const [info, users, runningServers] = await Promise.all([
    callApi<HubPageProps['info']>(visit, member, 'GET', '/info'),
    holds('list:users') ? countUsers(deps.hub) : null,
    holds('read:servers') ? countReadyServers(deps.hub) : null,
  ])
  const known = info.ok ? info.body : null
  const mayShutDown = holds('shutdown')
  return page(hubPage({ hubPath, viewer, info: known, users, runningServers, mayShutDown }))
})

/** Ends the hub, as `POST /shutdown` does. */
export const shutDown = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const servers = field(form, 'servers') === 'stop'
  bodyOf(await callApi(visit, member, 'POST', '/shutdown', { json: { servers } }))
  return page(hubEndingPage({ hubPath: visit.hubPath, viewer: member.viewer }), { status: 202 })
})
