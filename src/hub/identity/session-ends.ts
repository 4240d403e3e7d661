import { sha256 } from '../../base/hash.ts'
import type { Check, Commit, Key } from '../../store/port.ts'
import { nothingAdded } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { SessionRecord } from '../records.ts'
import { sessionShape } from '../records.ts'
import { readEntries } from '../shape.ts'
import { tokenKeysOfSession } from '../tokens/revoke-tokens.ts'
import { sessionsOf } from './session-list.ts'

type Ends = Required<Pick<Commit, 'check' | 'delete'>>

/** What of a session makes up its keys. */
type Ending = Pick<SessionRecord, 'id' | 'sid' | 'userId'>

/** Every key of a session: itself, its cookies for servers, the OAuth tokens that were granted in it. */
async function keysOf(hub: HubContext, { id, sid, userId }: Ending): Promise<Key[]> {
  const cookies = (await hub.store.list(keys.serverSessionsOf(id))).map(({ key }) => key)
  return [
    keys.session(id),
    keys.sessionOf(userId, id),
    keys.sessionActivity(id),
    ...cookies,
    ...cookies.map((key) => keys.serverSession(key.at(-1) ?? '')),
    ...(await tokenKeysOfSession(hub, sid)),
  ]
}

/** For each user a check that nothing was added since: what is listed from now on is all there is. */
function untouched(hub: HubContext, userIds: readonly string[]): Promise<Check[]> {
  const distinct = [...new Set(userIds)]
  return Promise.all(distinct.map((id) => nothingAdded(hub, keys.belongings('user', id))))
}

/**
 * What a commit takes along that ends the sessions of these secrets with all that hangs on them.
 * Unknown ones are no error.
 */
export async function endsOf(hub: HubContext, secrets: readonly string[]): Promise<Ends> {
  const wanted = [...new Set(secrets)].map((secret) => keys.session(sha256(secret)))
  const entries = await readEntries(hub, wanted, sessionShape)
  const sessions = entries.flatMap((entry) => (entry === undefined ? [] : [entry.value]))
  const check = await untouched(
    hub,
    sessions.map(({ userId }) => userId),
  )
  const gone = await Promise.all(sessions.map((session) => keysOf(hub, session)))
  return { check, delete: gone.flat() }
}

/**
 * Signs out: ends a session with its cookies for servers and the OAuth tokens that were granted in it,
 * at once and on every replica. An unknown secret is no error.
 */
export async function closeSession(hub: HubContext, secret: string): Promise<void> {
  await change(hub, async () => {
    const ends = await endsOf(hub, [secret])
    if (ends.delete.length === 0) return true
    const { applied } = await hub.store.commit(ends)
    return applied ? true : undefined
  })
}

/**
 * Ends those of a user's sessions that are chosen, as {@link closeSession} does, in one commit.
 * @returns how many; one that somebody else ends at the same time counts for one of them only
 */
export function endSessions(
  hub: HubContext,
  userId: string,
  chosen: (session: SessionRecord) => boolean,
): Promise<number> {
  return change(hub, async () => {
    const added = await untouched(hub, [userId])
    const sessions = (await sessionsOf(hub, userId)).filter(({ value }) => chosen(value))
    if (sessions.length === 0) return 0
    const gone = await Promise.all(sessions.map(({ value }) => keysOf(hub, value)))
    const check = [...added, ...sessions.map(({ key, version }) => ({ key, version }))]
    const { applied } = await hub.store.commit({ check, delete: gone.flat() })
    return applied ? sessions.length : undefined
  })
}
