import { HubgateError } from '../../base/errors.ts'
import { sha256 } from '../../base/hash.ts'
import { randomSecret } from '../../base/random.ts'
import type { Config } from '../../config/schema.ts'
import type { Principal } from '../../model/principal.ts'
import type { ServerRecord } from '../../model/server.ts'
import { fullName } from '../../model/server.ts'
import type { CacheReader } from '../../store/cache.ts'
import { addedToUser, sameUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { ServerSessionRecord, SessionRecord } from '../records.ts'
import { serverSessionShape, sessionShape } from '../records.ts'
import { brokenRecord, checkShape, readEntry } from '../shape.ts'
import { isOver } from './identity.ts'
import { ownerNow } from './owners.ts'
import { deriveSession } from './sessions.ts'

/** What `randomSecret` makes; nothing else is worth a look. */
const SECRET = /^[A-Za-z0-9_-]{43}$/

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
  return change(hub, async () => {
    const current = await readEntry(hub, keys.session(session.id), sessionShape)
    if (current === undefined) throw new HubgateError('not_found')
    const { userId, user, expiresAt } = current.value
    const added = addedToUser(await sameUser(hub, { id: userId, name: user }))
    const owner = await ownerNow(hub, hub.cache, config, { kind: 'user', name: server.user })
    if (owner === undefined) throw new HubgateError('not_found')
    const secret = randomSecret()
    const record: ServerSessionRecord = {
      id: sha256(secret),
      sessionId: session.id,
      userId,
      server: fullName(server.user, server.name),
      ownerId: owner.id,
      serverId: await serverIdNow(hub.cache, server.user, server.name),
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

async function deriveServerSession(
  hub: HubContext,
  read: CacheReader,
  config: Config,
  digest: string,
): Promise<Principal | undefined> {
  const key = keys.serverSession(digest)
  const value = await read.get(key)
  if (value === undefined) return undefined
  const record = checkShape(hub, key, value, serverSessionShape)
  if (record.id !== digest) throw brokenRecord(hub, key, ['id: another'])
  const { sessionId, server } = record
  const found = await deriveSession(hub, read, config, sessionId)
  if (found?.principal.id !== record.userId) return undefined
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
  if (!SECRET.test(secret)) return undefined
  const digest = sha256(secret)
  const { config, generation } = hub.snapshot()
  const principal = await hub.cache.derive(
    ['server-principal', digest, String(generation)],
    (read) => deriveServerSession(hub, read, config, digest),
  )
  return principal === undefined || isOver(hub, principal) ? undefined : principal
}
