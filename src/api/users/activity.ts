import { isoTime, seconds } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import { listServers } from '../../hub/servers/servers.ts'
import { empty } from '../answer.ts'
import { endpoint } from '../route.ts'
import { activityBody } from './activity-schemas.ts'
import { existingUser } from './existing-user.ts'

/** How far ahead of ours a reporter's clock may be, in milliseconds (wire-contract §1.7). */
const MAX_AHEAD_MS = seconds(59 * 60)

/** @throws HubgateError `bad_request` */
function checkTimes(times: readonly number[], now: number): void {
  const ahead = times.find((at) => at > now + MAX_AHEAD_MS)
  if (ahead === undefined) return
  const shown = isoTime(ahead).replace('.000Z', 'Z')
  throw new HubgateError(
    'bad_request',
    `Rejecting activity from more than an hour in the future: ${shown}`,
  )
}

/** `POST /users/{name}/activity`: what single-user servers report of themselves (§5.2). */
export const activityEndpoint = endpoint({
  summary: 'Report activity of a user and their servers',
  body: activityBody,
  answers: { 200: { description: 'Noted. Times before the last known one change nothing.' } },
  handle: async ({ deps, hub, params, body }) => {
    const user = await existingUser(hub, params.name, `No such user: '${params.name}'`)
    const servers = Object.entries(body.servers ?? {})
    const own = body.last_activity ?? undefined
    if (own === undefined && servers.length === 0) {
      throw new HubgateError(
        'bad_request',
        'body must contain at least one of `last_activity` or `servers`',
      )
    }
    const known = new Set(['', ...(await listServers(hub, user.name)).map(({ name }) => name)])
    const unknown = servers.find(([name]) => !known.has(name))
    if (unknown !== undefined) {
      throw new HubgateError('bad_request', `No such server '${unknown[0]}' for user ${user.name}`)
    }
    const times = servers.map(([, { last_activity }]) => last_activity)
    checkTimes(own === undefined ? times : [own, ...times], hub.clock.now())
    if (own !== undefined) deps.activity.touchUser(user.id, own)
    for (const [name, { last_activity }] of servers) {
      deps.activity.touchServer(user.id, name, last_activity)
    }
    return empty(200, 'application/json')
  },
})
