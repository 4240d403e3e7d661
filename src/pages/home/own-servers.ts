import { isoTime } from '../../base/clock.ts'
import { progressEvents, queueText } from '../../hub/servers/progress.ts'
import { listServers } from '../../hub/servers/servers.ts'
import { queuePlaceOf } from '../../hub/servers/start-queue.ts'
import { findUser } from '../../hub/users/users.ts'
import { allows } from '../../model/allows.ts'
import { chosenOf, chosenText, PROFILE_KEY } from '../../model/profiles.ts'
import type { ServerRecord } from '../../model/server.ts'
import { fullName, isActive, isQueued } from '../../model/server.ts'
import { escapePath, serverPrefix } from '../../model/server-url.ts'
import type { HomeServer } from '../../views/home/own-servers.ts'
import { stateOf, targetPath } from '../servers/target.ts'
import type { SignedIn } from '../signed-in.ts'
import type { Visit } from '../visit.ts'

/** A server, or the default one before it was ever started. */
interface Own {
  name: string
  displayName: string
  record: ServerRecord | undefined
}

async function progressOf(
  { deps }: Visit,
  record: ServerRecord | undefined,
): Promise<HomeServer['progress']> {
  if (record === undefined || stateOf(record) !== 'starting') return undefined
  const place = isQueued(record) ? await queuePlaceOf(deps.hub, record) : undefined
  if (place !== undefined) return { percent: 0, message: queueText(place) }
  const last = (await progressEvents(deps.hub, record)).at(-1)
  const percent = Math.min(100, Math.max(0, Math.round(last?.progress ?? 0)))
  return { percent, message: last?.message ?? '' }
}

/** What was chosen for the last start, in the config's words as they are now. */
function profileOf({ config }: Visit, record: ServerRecord | undefined): string | undefined {
  const options = record?.userOptions ?? null
  if (options === null || options[PROFILE_KEY] === undefined) return undefined
  const chosen = chosenOf(config.spawner.profiles, options)
  return chosen === undefined ? undefined : chosenText(chosen)
}

/** The pages about a server, as far as they are for the viewer and for the server as it is now. */
function lessHrefs(
  { config, hubPath }: Visit,
  { principal }: SignedIn,
  { name, record }: Own,
  groupsOfUser: readonly string[],
): Pick<HomeServer, 'renameHref' | 'shareHref' | 'deleteHref'> {
  const user = principal.name
  const path = targetPath({ user, server: name })
  const resource = { user, groupsOfUser, server: fullName(user, name) }
  const may = (scope: string): boolean => allows(principal.scopes, scope, resource) === 'yes'
  const changes = config.allow_named_servers && (record === undefined || !isActive(record))
  return {
    renameHref: changes && may('start:servers') ? `${hubPath}rename/${path}` : undefined,
    shareHref: may('shares') ? `${hubPath}share/${path}` : undefined,
    deleteHref:
      changes && name !== '' && may('delete:servers') ? `${hubPath}delete/${path}` : undefined,
  }
}

async function item(
  visit: Visit,
  member: SignedIn,
  own: Own,
  groups: readonly string[],
): Promise<HomeServer> {
  const { config, deps, hubPath } = visit
  const { id, name: user } = member.principal
  const { displayName, name, record } = own
  const path = targetPath({ user, server: name })
  return {
    name,
    displayName,
    id: name === '' ? 'default-server' : `named-${escapePath(name)}`,
    state: stateOf(record),
    profile: profileOf(visit, record),
    progress: await progressOf(visit, record),
    lastActivity: isoTime(await deps.activity.lastOfServer(id, name)),
    openHref: serverPrefix(config.base_url, user, name),
    startHref: `${hubPath}spawn/${path}`,
    stopHref: `${hubPath}stop/${path}`,
    progressHref: `${hubPath}spawn-pending/${path}`,
    ...lessHrefs(visit, member, own, groups),
  }
}

/** The viewer's servers, the default one first: it is there before it was ever started. */
export async function ownServers(visit: Visit, member: SignedIn): Promise<HomeServer[]> {
  const { hub } = visit.deps
  const user = member.principal.name
  const records = await listServers(hub, user)
  const groups = (await findUser(hub, user))?.groups ?? []
  const all: Own[] = records.map((record) => ({ ...record, record }))
  const hasDefault = all.some(({ name }) => name === '')
  if (!hasDefault) all.unshift({ name: '', displayName: '', record: undefined })
  return Promise.all(all.map((own) => item(visit, member, own, groups)))
}
