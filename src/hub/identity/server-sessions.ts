import { HubgateError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import type { Config } from '../../config/schema.ts'
import type { Principal } from '../../model/principal.ts'
import type { ServerRecord } from '../../model/server.ts'
import { fullName } from '../../model/server.ts'
import type { CacheReader } from '../../store/cache.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { ServerSessionRecord, SessionRecord } from '../records.ts'
import { serverSessionShape } from '../records.ts'
import { isOver } from './identity.ts'
import { ownerNow } from './owners.ts'
import { derivePlaceSession, isPlaceSecret, openPlaceSession } from './place-sessions.ts'

/** The id of a user's server; null while it is but a name, as a default one is before its first start. */
async function serverIdNow(
  read: Pick<CacheReader, 'get'>,
  user: string,
  name: string,
): Promise<string | null> {
  const key = keys.server(user, name)
  const server = await read.get<Pick<ServerRecord, 'id'>>(key)
  return server?.id ?? null
}

/**
 * Gives a session a secret for the cookie of one server. Whether the user may go there is the
 * caller's to check, now and at each use.
 * @param server.user the server's owner
 * @returns the secret, which is kept nowhere, and when it ends: with the session
 * @throws HubgateError `not_found` when the session, its user or the server's owner is gone
 */
export async function openServerSession(
  hub: HubContext,
  session: SessionRecord,
  server: { user: string; name: string },
): Promise<{ secret: string; expiresAt: number }> {
  const { config } = hub.snapshot()
  return openPlaceSession(hub, session, sha256, async (about): Promise<ServerSessionRecord> => {
    const owner = await ownerNow(hub, hub.cache, config, { kind: 'user', name: server.user })
    if (owner === undefined) throw new HubgateError('not_found')
    const serverId = await serverIdNow(hub.cache, server.user, server.name)
    return { ...about, server: fullName(server.user, server.name), ownerId: owner.id, serverId }
  })
}

async function deriveServerSession(
  hub: HubContext,
  read: CacheReader,
  config: Config,
  digest: string,
): Promise<Principal | undefined> {
  const found = await derivePlaceSession(hub, read, config, digest, serverSessionShape)
  if (found === undefined) return undefined
  const { record } = found
  const { sessionId, server } = record
  const slash = server.indexOf('/')
  const name = server.slice(0, slash)
  const owner = await ownerNow(hub, read, config, { kind: 'user', name })
  if (owner?.id !== record.ownerId) return undefined
  if ((await serverIdNow(read, name, server.slice(slash + 1))) !== record.serverId) return undefined
  return {
    ...found.principal,
    credential: { type: 'server-session', id: digest, sessionId, server },
    expiresAt: Math.min(record.expiresAt, found.session.expiresAt),
  }
}

/**
 * Who comes with the cookie of a server, through the cache: the session's user with all their
 * scopes; the credential names the one server that it opens.
 * @returns undefined when the secret is unknown, malformed or expired, or the session, the user, the
 *   server or its owner is gone
 */
export async function principalOfServerSession(
  hub: HubContext,
  secret: string,
): Promise<Principal | undefined> {
  if (!isPlaceSecret(secret)) return undefined
  const digest = sha256(secret)
  const { config, generation } = hub.snapshot()
  const principal = await hub.cache.derive(
    ['server-principal', digest, String(generation)],
    (read) => deriveServerSession(hub, read, config, digest),
  )
  return principal === undefined || isOver(hub, principal) ? undefined : principal
}
