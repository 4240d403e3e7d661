import { sha256 } from '../../base/hash.ts'
import type { Config } from '../../config/schema.ts'
import type { Principal } from '../../model/principal.ts'
import type { CacheReader } from '../../store/cache.ts'
import type { HubContext } from '../context.ts'
import type { ServiceSessionRecord, SessionRecord } from '../records.ts'
import { serviceSessionShape } from '../records.ts'
import { isOver } from './identity.ts'
import type { PlaceSession } from './place-sessions.ts'
import { derivePlaceSession, isPlaceSecret, openPlaceSession } from './place-sessions.ts'

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
  const { service, wide } = place
  const recordAt = (about: PlaceSession): ServiceSessionRecord => ({ ...about, service, wide })
  return openPlaceSession(hub, session, digestOf, recordAt)
}

async function deriveServiceSession(
  hub: HubContext,
  read: CacheReader,
  config: Config,
  digest: string,
): Promise<Principal | undefined> {
  const found = await derivePlaceSession(hub, read, config, digest, serviceSessionShape)
  if (found === undefined) return undefined
  const { record } = found
  const { sessionId, service, wide } = record
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
  if (!isPlaceSecret(secret)) return undefined
  const digest = digestOf(secret)
  const { config, generation } = hub.snapshot()
  const principal = await hub.cache.derive(
    ['service-principal', digest, String(generation)],
    (read) => deriveServiceSession(hub, read, config, digest),
  )
  return principal === undefined || isOver(hub, principal) ? undefined : principal
}
