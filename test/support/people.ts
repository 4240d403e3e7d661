import { sha256 } from '../../src/base/hash.ts'
import { randomId, randomToken } from '../../src/base/random.ts'
import { keys } from '../../src/hub/keys.ts'
import { writeServer } from '../../src/hub/servers/server-store.ts'
import { tokenWrites } from '../../src/hub/tokens/token-writes.ts'
import { createUsers } from '../../src/hub/users/users.ts'
import type { ServerRecord } from '../../src/model/server.ts'
import { newServer } from '../../src/model/server-changes.ts'
import type { TokenOwner, TokenRecord } from '../../src/model/token.ts'
import type { UserRecord } from '../../src/model/user.ts'
import type { Key } from '../../src/store/port.ts'
import type { TestHub } from './hub.ts'

/** A new user of that name. */
export async function makeUser(
  hub: TestHub,
  name: string,
  options = { admin: false },
): Promise<UserRecord> {
  const [user] = await createUsers(hub, [name], options)
  if (user === undefined) throw new Error(`${name} exists already`)
  return user
}

/** A user as the owner of tokens. */
export function ownerOf({ id, name }: UserRecord): TokenOwner {
  return { kind: 'user', name, id }
}

/**
 * Puts a token into the store that a user gave to an OAuth client.
 * @param session the public id of the sign-in in which that was
 * @returns where it is
 */
export async function putOAuthToken(
  hub: TestHub,
  user: UserRecord,
  { session = null }: { session?: string | null },
): Promise<Key> {
  const token = randomToken('hgh_')
  const record: TokenRecord = {
    ...{ id: `a-${randomId()}`, kind: 'hub', digest: sha256(token), owner: ownerOf(user) },
    ...{ scopes: ['access:services!service=x'], note: '', created: hub.clock.now() },
    ...{ expiresAt: null, client: 'service-x', clientInstance: 'x', session },
  }
  await hub.store.commit({ set: tokenWrites(record) })
  return keys.token(record.digest)
}

/** Puts a server's record into the store, with its indexes. */
export async function putServer(
  hub: TestHub,
  user: UserRecord,
  name: string,
  state: Partial<ServerRecord> = {},
): Promise<ServerRecord> {
  const about = { user: user.name, userId: user.id, name, displayName: name, userOptions: null }
  const made = { ...about, id: randomId(), by: 'ops', now: hub.clock.now() }
  const server = { ...newServer(made), ...state }
  const before = await hub.store.get<ServerRecord>(keys.server(user.name, name))
  await writeServer(hub, before, server)
  return server
}
