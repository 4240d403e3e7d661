import { HubgateError } from '../../base/errors.ts'
import type { UserRecord } from '../../model/user.ts'
import { isValidUsername, normalizeUsername } from '../../model/username.ts'
import type { Check, Entry, Key, Write } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { byCodePoint } from '../order.ts'
import { userShape } from '../records.ts'
import { readEntries } from '../shape.ts'

/** The names of a group's members as the index has them, sorted. */
export async function memberNames(hub: HubContext, group: string): Promise<string[]> {
  const index = await hub.store.list(keys.groupMembersOf(group))
  return index.map(({ key }) => key.at(-1) ?? '')
}

/**
 * The users of these names from outside.
 * @throws HubgateError `bad_request` for the first one that there is not
 */
export async function existingUsers(
  hub: HubContext,
  names: readonly string[],
): Promise<Entry<UserRecord>[]> {
  const normal = [...new Set(names.map(normalizeUsername))]
  const invalid = normal.find((name) => !isValidUsername(name))
  if (invalid !== undefined) throw new HubgateError('bad_request', `No such user: ${invalid}`)
  const wanted = normal.map((name) => keys.user(name))
  const entries = await readEntries(hub, wanted, userShape)
  return entries.map((entry, i) => {
    if (entry === undefined) throw new HubgateError('bad_request', `No such user: ${normal[i]}`)
    return entry
  })
}

/** The users of these names as far as they exist. */
export async function presentUsers(
  hub: HubContext,
  names: readonly string[],
): Promise<Entry<UserRecord>[]> {
  const wanted = names.map((name) => keys.user(name))
  const entries = await readEntries(hub, wanted, userShape)
  return entries.filter((entry) => entry !== undefined)
}

/** A user's record with more groups, or with fewer. */
export function withGroups(
  user: UserRecord,
  joined: readonly string[],
  left: readonly string[],
): UserRecord {
  const groups = [...new Set([...user.groups, ...joined])].filter((group) => !left.includes(group))
  return { ...user, groups: groups.sort(byCodePoint) }
}

/** What a change of memberships adds to a commit. Users for whom nothing changes have no part. */
export function membershipParts(
  group: string,
  joining: readonly Entry<UserRecord>[],
  leaving: readonly Entry<UserRecord>[],
): { check: Check[]; set: Write[]; delete: Key[] } {
  const join = joining.filter((entry) => !entry.value.groups.includes(group))
  const leave = leaving.filter((entry) => entry.value.groups.includes(group))
  return {
    check: [...join, ...leave].map(({ key, version }) => ({ key, version })),
    set: [
      ...join.map(({ key, value }) => ({ key, value: withGroups(value, [group], []) })),
      ...join.map(({ value }) => ({ key: keys.groupMember(group, value.name), value: {} })),
      ...leave.map(({ key, value }) => ({ key, value: withGroups(value, [], [group]) })),
    ],
    delete: leave.map(({ value }) => keys.groupMember(group, value.name)),
  }
}
