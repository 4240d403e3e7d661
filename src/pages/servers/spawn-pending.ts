import { safeNext } from '../../auth/next.ts'
import { requireScope } from '../../auth/require-scope.ts'
import { HubgateError } from '../../base/errors.ts'
import { progressEvents, queueText } from '../../hub/servers/progress.ts'
import { queuePlaceOf } from '../../hub/servers/start-queue.ts'
import type { ServerRecord } from '../../model/server.ts'
import { isQueued } from '../../model/server.ts'
import { progressPath, serverPrefix } from '../../model/server-url.ts'
import { failedPage } from '../../views/servers/failed-page.ts'
import { notRunningPage } from '../../views/servers/not-running-page.ts'
import { progressPage } from '../../views/servers/progress-page.ts'
import { page } from '../respond.ts'
import type { SignedIn } from '../signed-in.ts'
import { memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { chosenLine } from './options-form.ts'
import { toServer } from './spawn.ts'
import type { Target } from './target.ts'
import { may, requireOwner, stateOf, targetOfPath, targetPath } from './target.ts'

function common(visit: Visit, { principal, viewer }: SignedIn, target: Target) {
  const { c, config, hubPath, origin } = visit
  return {
    hubPath,
    viewer,
    user: target.user,
    server: target.server,
    startHref: `${hubPath}spawn/${targetPath(target)}`,
    next: safeNext(c.req.query('next'), origin, ''),
    mayStart: may(principal, 'start:servers', target),
    chosen: chosenLine(config.spawner.profiles, target.record),
  }
}

async function starting(
  visit: Visit,
  member: SignedIn,
  target: Target,
  record: ServerRecord,
): Promise<Response> {
  const { config, deps, hubPath } = visit
  const props = common(visit, member, target)
  const { user, server } = target
  const place = isQueued(record) ? await queuePlaceOf(deps.hub, record) : undefined
  return page(
    progressPage({
      ...props,
      by: record.by,
      seconds: (deps.hub.clock.now() - (record.started ?? record.since)) / 1000,
      events: await progressEvents(deps.hub, record),
      queue: place && queueText(place),
      progressUrl: `${progressPath(config.base_url, user, server)}?_xsrf=${member.viewer.xsrf}`,
      next: props.next === '' ? serverPrefix(config.base_url, user, server) : props.next,
      stopHref: `${hubPath}stop/${targetPath(target)}`,
    }),
  )
}

/** The server's output is its owner's: others are told what happened, not what it printed. */
function failed(visit: Visit, member: SignedIn, target: Target): Response {
  const failure = target.record?.failure
  const isOwner = target.owner?.id === member.principal.id
  return page(
    failedPage({
      ...common(visit, member, target),
      reason: failure?.reason ?? 'internal',
      message: failure?.message ?? 'The server failed to start.',
      output: isOwner ? (failure?.output ?? '') : '',
    }),
    { status: failure?.status ?? 500 },
  )
}

/** Where a start is watched: its steps, its failure, or the way on (wire-contract §8.1). */
export const showSpawnPending = memberPage(async (visit, member) => {
  const target = await targetOfPath(visit, member.viewer)
  requireScope(member.principal, ['read:servers'], target.resource)
  requireOwner(target)
  const { record } = target
  if (record === undefined && target.server !== '') throw new HubgateError('not_found')
  const state = stateOf(record)
  if (state === 'running') return toServer(visit, target, visit.c.req.query('next'))
  if (state === 'starting' && record !== undefined) return starting(visit, member, target, record)
  if (state === 'failed') return failed(visit, member, target)
  const stopping = state === 'stopping'
  return page(notRunningPage({ ...common(visit, member, target), stopping }))
})
