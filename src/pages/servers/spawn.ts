import { safeNext } from '../../auth/next.ts'
import { requireScope } from '../../auth/require-scope.ts'
import { requestStart } from '../../hub/servers/servers.ts'
import { serverPrefix } from '../../model/server-url.ts'
import { spawnPage } from '../../views/servers/spawn-page.ts'
import { field } from '../form.ts'
import { page, redirect } from '../respond.ts'
import { memberForm, memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import type { Target } from './target.ts'
import { requireOwner, stateOf, targetOfPath, targetPath } from './target.ts'

/** To where a start is watched; the way on is kept. */
export function toPending(visit: Visit, target: Target, next: string | undefined): Response {
  const path = `${visit.hubPath}spawn-pending/${targetPath(target)}`
  const kept = safeNext(next, visit.origin, '')
  const query = kept === '' ? '' : `?next=${encodeURIComponent(kept)}`
  return redirect(path + query, { status: 303 })
}

/** To the running server, or to what was wanted of it. */
export function toServer(visit: Visit, target: Target, next: string | undefined): Response {
  const own = serverPrefix(visit.config.base_url, target.user, target.server)
  return redirect(safeNext(next, visit.origin, own))
}

/** Asks whether to start a server; a GET never starts one. */
export const showSpawn = memberPage(async (visit, { principal, viewer }) => {
  const { c, hubPath, origin } = visit
  const target = await targetOfPath(visit, viewer)
  requireScope(principal, ['start:servers'], target.resource)
  requireOwner(target)
  const next = c.req.query('next')
  const state = stateOf(target.record)
  if (state === 'running') return toServer(visit, target, next)
  if (state === 'starting' || state === 'stopping') return toPending(visit, target, next)
  return page(
    spawnPage({
      hubPath,
      viewer,
      user: target.user,
      server: target.server,
      startHref: `${hubPath}spawn/${targetPath(target)}`,
      next: safeNext(next, origin, ''),
    }),
  )
})

/** Starts a server; the field `server` names it where the path does not (the form for a new one). */
export const spawn = memberForm(async (visit, { principal, viewer }, form) => {
  const { c, deps } = visit
  const name = c.req.param('server') ?? field(form, 'server')?.trim() ?? ''
  const target = await targetOfPath(visit, viewer, name)
  requireScope(principal, ['start:servers'], target.resource)
  const user = requireOwner(target)
  const next = field(form, 'next')
  if (stateOf(target.record) === 'running') return toServer(visit, target, next)
  await requestStart(deps.hub, { user, name, userOptions: undefined, by: principal.name })
  return toPending(visit, target, next)
})
