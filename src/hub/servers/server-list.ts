import type { ServerRecord } from '../../model/server.ts'
import { isActive, isReady, pendingOf } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import type { Activity } from '../activity/activity.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { userShape } from '../records.ts'
import { readEntries } from '../shape.ts'
import type { Owners, PlaceIndex, Position, ServerPlace } from './server-places.ts'
import { placesIn } from './server-places.ts'

/** So many places are looked at for one page. */
const BUDGET = 2_000

export type ServerStateFilter = 'active' | 'ready' | 'pending' | 'stopped' | 'all'

export interface ServerQuery {
  state: ServerStateFilter
  /** Only servers that were not used for so long; milliseconds. */
  idleMs?: number | undefined
  /** Only servers of these; of everybody when left out. */
  owners?: Owners | undefined
  /** The most to answer, at least 1. */
  limit: number
  after?: Position | undefined
  /** Leaves out servers for which it does not answer true. */
  only: (owner: UserRecord, server: string) => boolean
}

export interface ListedServer {
  owner: UserRecord
  server: ServerRecord
  /** Milliseconds since the epoch, or null when there was none. */
  lastActivity: number | null
}

export interface ServerPage {
  /** In the order of owner and name. */
  items: ListedServer[]
  /** Where the list goes on; undefined at its end. */
  next: Position | undefined
}

const ACTIVE: PlaceIndex = {
  all: keys.activeServers,
  of: keys.activeServersOf,
  one: keys.activeServer,
}
const PENDING: PlaceIndex = {
  all: keys.pendingServers,
  of: keys.pendingServersOf,
  one: keys.pendingServer,
}
const ALL: PlaceIndex = { all: keys.servers, of: keys.serversOf, one: keys.server }

/** Where servers of a state are found, and whether one is in it. */
const STATES: Readonly<
  Record<ServerStateFilter, { index: PlaceIndex; holds: (server: ServerRecord) => boolean }>
> = {
  active: { index: ACTIVE, holds: isActive },
  ready: { index: ACTIVE, holds: isReady },
  pending: { index: PENDING, holds: (server) => pendingOf(server) !== null },
  stopped: { index: ALL, holds: (server) => !isActive(server) },
  all: { index: ALL, holds: () => true },
}

/** Servers of a state with their owners, without those that the query leaves out. */
async function readServers(
  hub: HubContext,
  { state, only }: ServerQuery,
  places: readonly ServerPlace[],
): Promise<Omit<ListedServer, 'lastActivity'>[]> {
  const names = [...new Set(places.map(({ user }) => user))]
  const users = await readEntries(
    hub,
    names.map((name) => keys.user(name)),
    userShape,
  )
  const owners = new Map(names.map((name, i) => [name, users[i]?.value]))
  const shown = places.filter(({ user, server }) => {
    const owner = owners.get(user)
    return owner !== undefined && only(owner, server)
  })
  if (shown.length === 0) return []
  const entries = await hub.store.getMany<ServerRecord>(
    shown.map(({ user, server }) => keys.server(user, server)),
  )
  return entries.flatMap((entry) => {
    const owner = owners.get(entry?.value.user ?? '')
    const isIn = entry !== undefined && STATES[state].holds(entry.value)
    return isIn && owner?.id === entry.value.userId ? [{ owner, server: entry.value }] : []
  })
}

/** When a server was last used: a start is a use, and the making of one that was never started. */
function lastUse({ server, lastActivity }: ListedServer): number {
  const used = Math.max(lastActivity ?? 0, server.started ?? 0)
  return used === 0 ? server.created : used
}

async function matching(
  hub: HubContext,
  activity: Activity,
  query: ServerQuery,
  places: readonly ServerPlace[],
): Promise<ListedServer[]> {
  if (places.length === 0) return []
  const servers = await readServers(hub, query, places)
  const ids = servers.map(({ server }) => [server.userId, server.name] as const)
  const activities = ids.length === 0 ? [] : await activity.lastOfMany('server', ids)
  const listed = servers.map((one, i) => ({ ...one, lastActivity: activities[i] ?? null }))
  const { idleMs } = query
  if (idleMs === undefined) return listed
  const before = hub.clock.now() - idleMs
  return listed.filter((one) => lastUse(one) <= before)
}

/**
 * A page of servers, in the order of their owners' and their own names: what changes between two
 * pages moves nothing else. The work for a page is bounded, however many servers there are, so that
 * a page may be short, even empty, while more follow.
 */
export async function listServerPage(
  hub: HubContext,
  activity: Activity,
  query: ServerQuery,
): Promise<ServerPage> {
  const { owners, limit, after, state } = query
  const items: ListedServer[] = []
  let spent = 0
  for await (const { places, cost, next } of placesIn(hub, STATES[state].index, owners, after)) {
    items.push(...(await matching(hub, activity, query, places)))
    const last = items[limit - 1]?.server
    if (last !== undefined && (items.length > limit || next !== undefined)) {
      return { items: items.slice(0, limit), next: { user: last.user, server: last.name } }
    }
    spent += cost
    if (next === undefined || spent >= BUDGET) return { items, next }
  }
  return { items, next: undefined }
}
