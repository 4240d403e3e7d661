import { HubgateError } from '../base/errors.ts'
import type { UserRecord } from '../model/user.ts'
import type { Check, Entry, Key, Write } from '../store/port.ts'
import type { HubContext } from './context.ts'
import { keys } from './keys.ts'
import { userShape } from './records.ts'
import { readEntry } from './shape.ts'

/** Parts that a commit takes along. */
export interface CommitParts {
  check: Check[]
  set: Write[]
}

/**
 * For a commit that hangs something new on a user (a token, a session, a server): it fails when the
 * user was changed or deleted since, and a deletion that runs at the same time looks again.
 * @param entry the user as read in this round
 */
export function addedToUser(entry: Entry<UserRecord>): CommitParts {
  return {
    check: [{ key: entry.key, version: entry.version }],
    set: [{ key: keys.belongings('user', entry.value.id), value: {} }],
  }
}

/**
 * For a commit that takes down or moves everything that hangs on an owner. Read it before what
 * hangs there is listed.
 */
export async function nothingAdded(hub: HubContext, key: Key): Promise<Check> {
  const entry = await hub.store.get(key)
  return { key, version: entry?.version ?? null }
}

/**
 * The current entry of a user who is known by a record, to be used with {@link addedToUser}.
 * @throws HubgateError `not_found` when that user is gone, also when another has the name now
 */
export async function sameUser(
  hub: HubContext,
  user: Pick<UserRecord, 'id' | 'name'>,
): Promise<Entry<UserRecord>> {
  const entry = await readEntry(hub, keys.user(user.name), userShape)
  if (entry?.value.id !== user.id) throw new HubgateError('not_found')
  return entry
}
