import { escapePath } from '../../model/server-url.ts'
import type { SharedServer, SharedServersProps } from '../../views/home/shared-servers.ts'
import { callApi } from '../api-client.ts'
import { targetPath } from '../servers/target.ts'
import type { SignedIn } from '../signed-in.ts'
import type { Visit } from '../visit.ts'

/** Shares that are shown; who has more is told how many. */
const MAX_SHOWN = 100

/** A share as the API tells it (wire-contract §10), as far as it is shown. */
interface Share {
  server: { user: { name: string }; name: string; url: string; ready: boolean }
  group: { name: string } | null
}

interface SharePage {
  items: Share[]
  _pagination: { total: number }
}

/** The same server may be shared with the viewer and with groups of theirs: it is shown once. */
function merged(hubPath: string, shares: readonly Share[]): SharedServer[] {
  const servers = new Map<string, SharedServer>()
  for (const { group, server } of shares) {
    const path = targetPath({ user: server.user.name, server: server.name })
    const known = servers.get(path)
    servers.set(path, {
      owner: server.user.name,
      name: server.name,
      // Names have no slash when they are escaped, but may have any other sign between them.
      id: `shared-${escapePath(server.user.name)}/${escapePath(server.name)}`,
      ready: server.ready,
      openHref: server.url,
      groups: [...(known?.groups ?? []), ...(group === null ? [] : [group.name])],
      leaveHref: group === null ? `${hubPath}shared/${path}/leave` : known?.leaveHref,
    })
  }
  return [...servers.values()]
}

/** What others share with the viewer; nothing for who may not read that of themselves. */
export async function sharedWith(
  visit: Visit,
  member: SignedIn,
): Promise<Omit<SharedServersProps, 'viewer'>> {
  const path = `/users/${escapePath(member.principal.name)}/shared?limit=${MAX_SHOWN}`
  const answer = await callApi<SharePage>(visit, member, 'GET', path)
  if (!answer.ok) return { servers: [], more: 0 }
  const { _pagination, items } = answer.body
  const more = Math.max(0, _pagination.total - items.length)
  return { servers: merged(visit.hubPath, items), more }
}
