import { seconds } from '../../base/clock.ts'
import { sha256 } from '../../base/hash.ts'
import { randomHex, randomSecret } from '../../base/random.ts'
import type { Config } from '../../config/schema.ts'
import type { Principal } from '../../model/principal.ts'
import type { UserRecord } from '../../model/user.ts'
import type { CacheReader } from '../../store/cache.ts'
import { addedToUser, sameUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { SessionRecord } from '../records.ts'
import { sessionShape } from '../records.ts'
import { brokenRecord, checkShape } from '../shape.ts'
import { isOver } from './identity.ts'
import { authenticatorMark, isOutdated } from './outdated-sessions.ts'
import { ownerNow } from './owners.ts'
import { endsOf } from './session-ends.ts'

/** How long a sign-in lasts, in milliseconds (JupyterHub's cookie_max_age_days). */
const SESSION_MS = seconds(14 * 24 * 60 * 60)

/** What `randomSecret` makes; nothing else is worth a look. */
const SECRET = /^[A-Za-z0-9_-]{43}$/

/** Characters of an address and of a browser's own name that are kept. */
const MAX_ADDRESS = 64
const MAX_AGENT = 256

/** How somebody signed in. */
export interface SignIn {
  /** The client's address. */
  address?: string | undefined
  /** The `User-Agent` header. */
  agent?: string | undefined
  /** The login cookies that came along: their sessions end in the moment in which the new one begins. */
  replaces?: readonly string[] | undefined
}

/** A text of the client's, bounded and on one line; null when nothing is left. */
function bounded(text: string | undefined, length: number): string | null {
  const plain = (text ?? '').slice(0, 8 * length).replace(/[\p{C}\p{Z}]+/gu, ' ')
  return plain.trim().slice(0, length).trimEnd() || null
}

function newSession(hub: HubContext, user: UserRecord, secret: string, by: SignIn): SessionRecord {
  const created = hub.clock.now()
  const id = sha256(secret)
  return {
    id,
    sid: randomHex(16),
    userId: user.id,
    user: user.name,
    xsrf: randomSecret(),
    created,
    expiresAt: created + SESSION_MS,
    address: bounded(by.address?.replace(/^::ffff:(?=\d+\.)/i, ''), MAX_ADDRESS),
    agent: bounded(by.agent, MAX_AGENT),
    mark: authenticatorMark(hub.snapshot().config, id),
  }
}

/**
 * Signs a user in.
 * @returns the secret for the cookie, which is kept nowhere, and the session
 * @throws HubgateError `not_found` when the user is gone
 */
export async function openSession(
  hub: HubContext,
  user: UserRecord,
  by: SignIn = {},
): Promise<{ secret: string; session: SessionRecord }> {
  return change(hub, async () => {
    const ends = await endsOf(hub, by.replaces ?? [])
    const added = addedToUser(await sameUser(hub, user))
    const secret = randomSecret()
    const session = newSession(hub, user, secret, by)
    const { id, expiresAt } = session
    const { applied } = await hub.store.commit({
      check: [...added.check, ...ends.check],
      set: [
        { key: keys.session(id), value: session, expiresAt },
        { key: keys.sessionOf(user.id, id), value: {}, expiresAt },
        // Its presence tells activity.ts that there is such a session.
        { key: keys.sessionActivity(id), value: { at: null }, expiresAt },
        ...added.set,
      ],
      delete: ends.delete,
    })
    return applied ? { secret, session } : undefined
  })
}

export interface SessionPrincipal {
  principal: Principal
  session: SessionRecord
}

/** Whose session it is, as part of something that the cache keeps. */
export async function deriveSession(
  hub: HubContext,
  read: CacheReader,
  config: Config,
  digest: string,
): Promise<SessionPrincipal | undefined> {
  const key = keys.session(digest)
  const value = await read.get(key)
  if (value === undefined) return undefined
  const session = checkShape(hub, key, value, sessionShape)
  if (session.id !== digest) throw brokenRecord(hub, key, ['id: another'])
  if (isOutdated(config, session)) return undefined
  const owner = await ownerNow(hub, read, config, { kind: 'user', name: session.user })
  if (owner === undefined || owner.id !== session.userId) return undefined
  const principal: Principal = {
    ...owner,
    credential: { type: 'session', id: digest },
    expiresAt: session.expiresAt,
  }
  return { principal, session }
}

/**
 * Who is signed in with a login cookie and what they may do right now, through the cache.
 * @returns undefined when the secret is unknown, malformed, expired or of another authenticator, or the user is gone
 */
export async function principalOfSession(
  hub: HubContext,
  secret: string,
): Promise<SessionPrincipal | undefined> {
  if (!SECRET.test(secret)) return undefined
  const digest = sha256(secret)
  const { config, generation } = hub.snapshot()
  const found = await hub.cache.derive(['session-principal', digest, String(generation)], (read) =>
    deriveSession(hub, read, config, digest),
  )
  return found === undefined || isOver(hub, found.session) ? undefined : found
}
