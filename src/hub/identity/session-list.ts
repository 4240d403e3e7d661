import type { Entry } from '../../store/port.ts'
import type { Activity } from '../activity/activity.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { SessionRecord } from '../records.ts'
import { sessionShape } from '../records.ts'
import { readEntries } from '../shape.ts'

/** A user's sessions that have not ended, straight from the store, in no particular order. */
export async function sessionsOf(hub: HubContext, userId: string): Promise<Entry<SessionRecord>[]> {
  const index = await hub.store.list(keys.sessionsOf(userId))
  const wanted = index.map(({ key }) => keys.session(key.at(-1) ?? ''))
  const entries = await readEntries(hub, wanted, sessionShape)
  return entries.filter((entry) => entry !== undefined)
}

/** A session, and when it was last used: milliseconds since the epoch, coarse. */
export interface UsedSession {
  session: SessionRecord
  lastUse: number
}

/** A user's sessions, the one that was used last first. */
export async function listSessions(
  { hub, activity }: { hub: HubContext; activity: Activity },
  userId: string,
): Promise<UsedSession[]> {
  const sessions = (await sessionsOf(hub, userId)).map(({ value }) => value)
  const uses = await activity.lastOfMany(
    'session',
    sessions.map(({ id }) => id),
  )
  return sessions
    .map((session, i) => ({ session, lastUse: uses[i] ?? session.created }))
    .sort((a, b) => b.lastUse - a.lastUse || b.session.created - a.session.created)
}
