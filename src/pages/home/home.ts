import { allUsers } from '../../hub/users/user-directory.ts'
import { homePage } from '../../views/home/home-page.ts'
import type { HomeServer } from '../../views/home/own-servers.ts'
import { page } from '../respond.ts'
import { hasOptions } from '../servers/has-options.ts'
import { sessionsOnHome } from '../session/sessions.ts'
import type { SignedIn } from '../signed-in.ts'
import { memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { ownServers } from './own-servers.ts'
import { serviceLinks } from './service-links.ts'
import { sharedWith } from './shared-servers.ts'

/** What could not be done, when the home page is shown for that. */
export interface HomeFault {
  status: number
  message: string
  /** The name that was typed for a new server; undefined when it was about something else. */
  typed?: string | undefined
}

function addProps(
  { config, hubPath }: Visit,
  servers: readonly HomeServer[],
  fault: HomeFault | undefined,
) {
  if (!config.allow_named_servers) return undefined
  const limit = config.named_server_limit_per_user
  return {
    action: `${hubPath}home/add-server`,
    count: servers.filter(({ name }) => name !== '').length,
    limit: limit === 0 ? null : limit,
    typed: fault?.typed,
    error: fault?.typed === undefined ? undefined : fault.message,
  }
}

/** The home page, and on it what could not be done. */
export async function answerHome(
  visit: Visit,
  member: SignedIn,
  fault?: HomeFault,
): Promise<Response> {
  const { c, config, deps, hubPath } = visit
  const [servers, shared, services, sessions] = await Promise.all([
    ownServers(visit, member),
    sharedWith(visit, member),
    serviceLinks(visit, member.principal),
    sessionsOnHome(visit, member),
  ])
  const add = addProps(visit, servers, fault)
  const html = homePage({
    hubPath,
    viewer: member.viewer,
    own: { servers, hasOptions: hasOptions(config), now: deps.hub.clock.now() },
    add,
    shared,
    services,
    sessions,
    done: fault === undefined ? c.req.query('done') : undefined,
    error: add?.error === undefined ? fault?.message : undefined,
  })
  return page(html, { status: fault?.status ?? 200 })
}

/** The viewer's own servers, and those shared with them. */
export const showHome = memberPage((visit, member) => {
  // Whoever goes on to the admin pages from here does not wait for the first reading of all users.
  if (member.viewer.admin) void allUsers(visit.deps.hub).catch(() => undefined)
  return answerHome(visit, member)
})
