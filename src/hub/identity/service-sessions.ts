import { HubgateError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { randomSecret } from '../../base/random.ts'
import type { Config } from '../../config/schema.ts'
import type { Principal } from '../../model/principal.ts'
import type { CacheReader } from '../../store/cache.ts'
import { addedToUser, sameUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { ServiceSessionRecord, SessionRecord } from '../records.ts'
import { serviceSessionShape, sessionShape } from '../records.ts'
import { brokenRecord, checkShape, readEntry } from '../shape.ts'
import { isOver } from './identity.ts'
import { deriveSession } from './sessions.ts'

/** What `randomSecret` makes; nothing else is worth a look. */
const SECRET = /^[A-Za-z0-9_-]{43}$/

/** No server's cookie has this digest: what one place takes for a secret the other never does. */
const digestOf = (secret: string): string => sha256(`service\n${secret}`)

/**
 * Gives a session a secret for the cookie of one service of the configuration. Whether the user may go
 * there is the caller's to check, now and at each use.
 * @param place.wide whether browsers will send the cookie to sibling hosts too
 * @returns the secret, which is kept nowhere, and when it ends: with the session
 * @throws HubgateError `not_found` when the session or its user is gone
 */
export async function openServiceSession(
  hub: HubContext,
  session: Pick<SessionRecord, 'id'>,
  place: { service: string; wide: boolean },
): Promise<{ secret: string; expiresAt: number }> {
  return change(hub, async () => {
    const current = await readEntry(hub, keys.session(session.id), sessionShape)
    if (current === undefined) throw new HubgateError('not_found')
    const { userId, user, expiresAt } = current.value
    const added = addedToUser(await sameUser(hub, { id: userId, name: user }))
    const secret = randomSecret()
    const record: ServiceSessionRecord = {
      id: digestOf(secret),
      sessionId: session.id,
      userId,
      service: place.service,
      wide: place.wide,
      created: hub.clock.now(),
      expiresAt,
    }
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

async function deriveServiceSession(
  hub: HubContext,
  read: CacheReader,
  config: Config,
  digest: string,
): Promise<Principal | undefined> {
  const key = keys.serverSession(digest)
  const value = await read.get(key)
  if (value === undefined) return undefined
  const record = checkShape(hub, key, value, serviceSessionShape)
  if (record.id !== digest) throw brokenRecord(hub, key, ['id: another'])
  const { sessionId, service, wide } = record
  const found = await deriveSession(hub, read, config, sessionId)
  if (found?.principal.id !== record.userId) return undefined
  return {
    ...found.principal,
    credential: { type: 'service-session', id: digest, sessionId, service, wide },
    expiresAt: Math.min(record.expiresAt, found.session.expiresAt),
  }
}

/**
 * Who comes with the cookie of a service, through the cache: the session's user with all their scopes;
 * the credential names the one service that it opens.
 * @returns undefined when the secret is unknown, malformed or expired, or the session or user is gone
 */
export async function principalOfServiceSession(
  hub: HubContext,
  secret: string,
): Promise<Principal | undefined> {
  if (!SECRET.test(secret)) return undefined
  const digest = digestOf(secret)
  const { config, generation } = hub.snapshot()
  const principal = await hub.cache.derive(
    ['service-principal', digest, String(generation)],
    (read) => deriveServiceSession(hub, read, config, digest),
  )
  return principal === undefined || isOver(hub, principal) ? undefined : principal
}
