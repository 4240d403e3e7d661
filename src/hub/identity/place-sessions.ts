import type { z } from 'zod'
import { HubgateError } from '../../base/errors.ts'
import { randomSecret } from '../../base/random.ts'
import type { Config } from '../../config/schema.ts'
import type { CacheReader } from '../../store/cache.ts'
import { addedToUser, sameUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { SessionRecord } from '../records.ts'
import { sessionShape } from '../records.ts'
import { brokenRecord, checkShape, readEntry } from '../shape.ts'
import { deriveSession } from './sessions.ts'

/** What `randomSecret` makes; nothing else is worth a look. */
const SECRET = /^[A-Za-z0-9_-]{43}$/

/** What is kept of a secret for the cookie of one place, a server or a service, beside the place. */
export interface PlaceSession {
  /** The secret's digest. */
  id: string
  sessionId: string
  userId: string
  created: number
  expiresAt: number
}

/** Whether this may be the secret of a place's cookie. */
export function isPlaceSecret(text: string): boolean {
  return SECRET.test(text)
}

/**
 * Gives a session a secret for the cookie of one place.
 * @param digestOf what of a secret is kept
 * @param recordAt adds the place to the record; asked again when the commit was overtaken
 * @returns the secret, which is kept nowhere, and when it ends: with the session
 * @throws HubgateError `not_found` when the session or its user is gone
 */
export function openPlaceSession(
  hub: HubContext,
  session: Pick<SessionRecord, 'id'>,
  digestOf: (secret: string) => string,
  recordAt: (record: PlaceSession) => Promise<PlaceSession> | PlaceSession,
): Promise<{ secret: string; expiresAt: number }> {
  return change(hub, async () => {
    const current = await readEntry(hub, keys.session(session.id), sessionShape)
    if (current === undefined) throw new HubgateError('not_found')
    const { userId, user, expiresAt } = current.value
    const added = addedToUser(await sameUser(hub, { id: userId, name: user }))
    const secret = randomSecret()
    const created = hub.clock.now()
    const about = { id: digestOf(secret), sessionId: session.id, userId, created, expiresAt }
    const record = await recordAt(about)
    const { applied } = await hub.store.commit({
      check: [...added.check, { key: current.key, version: current.version }],
      set: [
        { key: keys.serverSession(record.id), value: record, expiresAt },
        { key: keys.serverSessionOf(session.id, record.id), value: {}, expiresAt },
        ...added.set,
      ],
    })
    return applied ? { secret, expiresAt } : undefined
  })
}

/**
 * The record of a place's cookie, and the sign-in that it hangs on.
 * @returns undefined when it is unknown, or the session or its user is gone
 */
export async function derivePlaceSession<Found extends PlaceSession>(
  hub: HubContext,
  read: CacheReader,
  config: Config,
  digest: string,
  shape: z.ZodType<Found>,
) {
  const key = keys.serverSession(digest)
  const value = await read.get(key)
  if (value === undefined) return undefined
  const record = checkShape(hub, key, value, shape)
  if (record.id !== digest) throw brokenRecord(hub, key, ['id: another'])
  const found = await deriveSession(hub, read, config, record.sessionId)
  return found?.principal.id === record.userId ? { record, ...found } : undefined
}
