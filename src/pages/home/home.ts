import { isoTime } from '../../base/clock.ts'
import { listServers } from '../../hub/servers/servers.ts'
import type { ServerRecord } from '../../model/server.ts'
import { escapePath, serverPrefix } from '../../model/server-url.ts'
import type { HomeServer } from '../../views/home/home-page.ts'
import { homePage } from '../../views/home/home-page.ts'
import { page } from '../respond.ts'
import { stateOf, targetPath } from '../servers/target.ts'
import { sessionsOnHome } from '../session/sessions.ts'
import { memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { serviceLinks } from './service-links.ts'

async function item(
  { config, deps, hubPath }: Visit,
  owner: { id: string; name: string },
  server: Pick<ServerRecord, 'name' | 'displayName'>,
  record: ServerRecord | undefined,
): Promise<HomeServer> {
  const path = targetPath({ user: owner.name, server: server.name })
  return {
    name: server.name,
    displayName: server.displayName,
    state: stateOf(record),
    lastActivity: isoTime(await deps.activity.lastOfServer(owner.id, server.name)),
    openHref: serverPrefix(config.base_url, owner.name, server.name),
    startHref: `${hubPath}spawn/${path}`,
    stopHref: `${hubPath}stop/${path}`,
    progressHref: `${hubPath}spawn-pending/${path}`,
  }
}

/** The viewer's own servers; the default one is there before it was ever started. */
export const showHome = memberPage(async (visit, member) => {
  const { principal, viewer } = member
  const { config, deps, hubPath } = visit
  const records = await listServers(deps.hub, principal.name)
  const hasDefault = records.some(({ name }) => name === '')
  const servers = await Promise.all([
    ...(hasDefault ? [] : [item(visit, principal, { name: '', displayName: '' }, undefined)]),
    ...records.map((record) => item(visit, principal, record, record)),
  ])
  const addHref = config.allow_named_servers
    ? `${hubPath}spawn/${escapePath(principal.name)}`
    : undefined
  const sessions = await sessionsOnHome(visit, member)
  const services = await serviceLinks(visit, principal)
  return page(homePage({ hubPath, viewer, servers, services, sessions, addHref }))
})
