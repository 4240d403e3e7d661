import { HubgateError } from '../../base/errors.ts'
import { isActive, logName, pendingOf } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import type { Check, Commit, Entry, Key, Write } from '../../store/port.ts'
import { nothingAdded } from '../belongings.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { ServerState } from '../records.ts'
import { serverStateShape, sessionShape, tokenShape } from '../records.ts'
import { listEntries, readEntries } from '../shape.ts'
import { sharedOfOwner, sharedWith } from '../shares/share-cascade.ts'
import type { TokenPlace } from '../tokens/token-keys.ts'
import { tokenKeys, tokenPlaces } from '../tokens/token-keys.ts'

/** Where what is a user's lies in the store, and a check that nothing was added since. */
interface Belongings {
  added: Check
  tokens: TokenPlace[]
  sessions: Key[]
  sessionIndex: Key[]
  /** The sessions' server sessions, with their index. */
  serverSessions: Key[]
  servers: Entry<ServerState>[]
}

const last = (key: Key): string => key.at(-1) ?? ''

async function belongingsOf(hub: HubContext, user: UserRecord): Promise<Belongings> {
  const added = await nothingAdded(hub, keys.belongings('user', user.id))
  const sessionIndex = await hub.store.list(keys.sessionsOf(user.id))
  const sessions = sessionIndex.map((entry) => last(entry.key))
  const serverSessions: Key[] = []
  for (const session of sessions) {
    for (const { key } of await hub.store.list(keys.serverSessionsOf(session))) {
      serverSessions.push(key, keys.serverSession(last(key)))
    }
  }
  return {
    added,
    tokens: await tokenPlaces(hub, keys.tokensOf('user', user.id)),
    sessions: sessions.map((digest) => keys.session(digest)),
    sessionIndex: sessionIndex.map((entry) => entry.key),
    serverSessions,
    servers: await listEntries(hub, keys.serversOf(user.name), serverStateShape),
  }
}

/** @throws HubgateError `bad_request` when a server is active */
function refuseActive(servers: readonly Entry<ServerState>[], doing: string): void {
  const active = servers.find((entry) => isActive(entry.value))?.value
  if (active === undefined) return
  const name = logName(active.user, active.name)
  throw new HubgateError(
    'bad_request',
    pendingOf(active) === 'stop'
      ? `${name}'s server is in the process of stopping, please wait.`
      : `${name}'s server is running. Stop it before ${doing} the user.`,
  )
}

const unchanged = ({ key, version }: Entry): Check => ({ key, version })

/**
 * The commit that deletes a user.
 * @throws HubgateError `bad_request` while a server of the user is active
 */
export async function deletionOf(hub: HubContext, entry: Entry<UserRecord>): Promise<Commit> {
  const user = entry.value
  const theirs = await belongingsOf(hub, user)
  refuseActive(theirs.servers, 'deleting')
  const serverActivity = await hub.store.list(keys.serverActivitiesOf(user.id))
  const shared = [
    ...(await sharedOfOwner(hub, user.id)),
    ...(await sharedWith(hub, 'user', user.id)),
  ]
  return {
    check: [unchanged(entry), theirs.added, ...theirs.servers.map(unchanged)],
    delete: [
      entry.key,
      keys.userById(user.id),
      theirs.added.key,
      ...user.groups.map((group) => keys.groupMember(group, user.name)),
      ...theirs.tokens.flatMap(tokenKeys),
      ...theirs.sessions,
      ...theirs.sessions.map((key) => keys.sessionActivity(last(key))),
      ...theirs.sessionIndex,
      ...theirs.serverSessions,
      ...theirs.servers.flatMap(({ value: { name } }) => serverKeys(user.name, name)),
      keys.userActivity(user.id),
      ...serverActivity.map((activity) => activity.key),
      ...shared,
    ],
  }
}

function serverKeys(user: string, name: string): Key[] {
  return [
    keys.server(user, name),
    keys.activeServer(user, name),
    keys.pendingServer(user, name),
    keys.progress(user, name),
  ]
}

/**
 * The commit that gives a user another name. Tokens and sessions go on; the cookies of single
 * servers end, for their paths change.
 * @throws HubgateError `bad_request` when the name is taken or a server of the user is active
 */
export async function renamingOf(
  hub: HubContext,
  before: Entry<UserRecord>,
  after: UserRecord,
): Promise<Commit> {
  const old = before.value.name
  if ((await hub.store.get(keys.user(after.name))) !== undefined) {
    throw new HubgateError(
      'bad_request',
      `User ${after.name} already exists, username must be unique`,
    )
  }
  const theirs = await belongingsOf(hub, before.value)
  refuseActive(theirs.servers, 'renaming')
  const digests = theirs.tokens.map(({ digest }) => keys.token(digest))
  const tokens = present(await readEntries(hub, digests, tokenShape))
  const sessions = present(await readEntries(hub, theirs.sessions, sessionShape))
  const rewritten: Write[] = [
    ...tokens.map(({ key, value, expiresAt }) => {
      return { key, value: { ...value, owner: { ...value.owner, name: after.name } }, expiresAt }
    }),
    ...sessions.map(({ key, value, expiresAt }) => {
      return { key, value: { ...value, user: after.name }, expiresAt }
    }),
    ...theirs.servers.map(({ value }) => {
      return { key: keys.server(after.name, value.name), value: { ...value, user: after.name } }
    }),
  ]
  return {
    check: [
      unchanged(before),
      { key: keys.user(after.name), version: null },
      theirs.added,
      // What was revoked meanwhile must not be written again.
      ...[...tokens, ...sessions, ...theirs.servers].map(unchanged),
    ],
    set: [
      { key: keys.user(after.name), value: after },
      { key: keys.userById(after.id), value: { name: after.name } },
      ...after.groups.map((group) => ({ key: keys.groupMember(group, after.name), value: {} })),
      ...rewritten,
    ],
    delete: [
      before.key,
      ...after.groups.map((group) => keys.groupMember(group, old)),
      ...theirs.serverSessions,
      ...theirs.servers.flatMap(({ value }) => serverKeys(old, value.name)),
    ],
  }
}

function present<Value>(entries: readonly (Value | undefined)[]): Value[] {
  return entries.filter((entry) => entry !== undefined)
}
