import { safeNext } from '../../auth/next.ts'
import { requireScope } from '../../auth/require-scope.ts'
import { HubgateError } from '../../base/errors.ts'
import { requestStart } from '../../hub/servers/servers.ts'
import type { JsonObject } from '../../model/json.ts'
import { optionsFault } from '../../model/profiles.ts'
import { serverPrefix } from '../../model/server-url.ts'
import type { Viewer } from '../../views/layout.ts'
import { spawnPage } from '../../views/servers/spawn-page.ts'
import { field } from '../form.ts'
import { startAtHome } from '../home/start-at-home.ts'
import { page, redirect } from '../respond.ts'
import { memberForm, memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { cardsOf, optionsOfForm, optionsOfQuery } from './options-form.ts'
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

interface Asked {
  target: Target
  /** Where to go once it runs, as given. */
  next: string | undefined
  /** What is chosen at first. */
  options: JsonObject | null
  /** Why the form comes again, and with which status. */
  refusal?: { status: number; message: string }
}

function spawnForm(visit: Visit, viewer: Viewer, { target, next, options, refusal }: Asked) {
  const { config, hubPath, origin } = visit
  const props = {
    hubPath,
    viewer,
    user: target.user,
    server: target.server,
    startHref: `${hubPath}spawn/${targetPath(target)}`,
    next: safeNext(next, origin, ''),
    profiles: cardsOf(config.spawner.profiles, options),
    error: refusal?.message,
  }
  return page(spawnPage(props), { status: refusal?.status ?? 200 })
}

/**
 * Asks whether to start a server, and with what; a GET never starts one. An address may choose
 * something beforehand (`?opt-profile=…`).
 */
export const showSpawn = memberPage(async (visit, { principal, viewer }) => {
  const { c } = visit
  const target = await targetOfPath(visit, viewer)
  requireScope(principal, ['start:servers'], target.resource)
  requireOwner(target)
  const next = c.req.query('next')
  const state = stateOf(target.record)
  if (state === 'running') return toServer(visit, target, next)
  if (state === 'starting' || state === 'stopping') return toPending(visit, target, next)
  const options = optionsOfQuery(c.req.query()) ?? target.record?.userOptions ?? null
  return spawnForm(visit, viewer, { target, next, options })
})

/** Why a start is refused for a while, for a person; the error itself when it is another. */
function fullHub({ config }: Visit, error: unknown): { status: number; message: string } {
  if (!(error instanceof HubgateError) || error.code !== 'too_many_requests') throw error
  const limit = config.active_server_limit
  const message = `All ${limit} servers that this hub allows at a time are in use. Stop one that you no longer need, or try again in a few minutes.`
  return { status: error.status, message }
}

/** Starts a server; the field `server` names it where the path does not (the form for a new one). */
export const spawn = memberForm(async (visit, member, form) => {
  const { principal, viewer } = member
  const { c, config, deps } = visit
  const name = c.req.param('server') ?? field(form, 'server')?.trim() ?? ''
  const target = await targetOfPath(visit, viewer, name)
  requireScope(principal, ['start:servers'], target.resource)
  const user = requireOwner(target)
  if (field(form, 'stay') === 'home') {
    return startAtHome(visit, member, { user, name, by: principal.name })
  }
  const next = field(form, 'next')
  const state = stateOf(target.record)
  if (state === 'running') return toServer(visit, target, next)
  if (state === 'stopping') return toPending(visit, target, next)
  const { profiles } = config.spawner
  const userOptions = profiles.length === 0 ? undefined : optionsOfForm(form)
  const options = userOptions ?? target.record?.userOptions ?? null
  const fault = userOptions === undefined ? undefined : optionsFault(profiles, userOptions)
  if (fault !== undefined) {
    const message = `What was chosen (${fault.field}) is no longer there. Choose again.`
    return spawnForm(visit, viewer, { target, next, options, refusal: { status: 400, message } })
  }
  try {
    await requestStart(deps.hub, { user, name, userOptions, by: principal.name, mayQueue: true })
  } catch (error) {
    const refusal = fullHub(visit, error)
    return spawnForm(visit, viewer, { target, next, options, refusal })
  }
  return toPending(visit, target, next)
})
