import { randomId } from '../../src/base/random.ts'
import { keys } from '../../src/hub/keys.ts'
import { writeServer } from '../../src/hub/servers/server-store.ts'
import { createUsers } from '../../src/hub/users/users.ts'
import type { ServerRecord } from '../../src/model/server.ts'
import { newServer } from '../../src/model/server-changes.ts'
import type { TokenOwner } from '../../src/model/token.ts'
import type { UserRecord } from '../../src/model/user.ts'
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
