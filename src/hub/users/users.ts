import { HubgateError } from '../../base/errors.ts'
import type { UserRecord } from '../../model/user.ts'
import { isValidUsername, normalizeUsername } from '../../model/username.ts'
import type { CacheReader } from '../../store/cache.ts'
import type { Commit, Entry } from '../../store/port.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { newNumbers, recordId } from '../ids.ts'
import { keys } from '../keys.ts'
import { userShape } from '../records.ts'
import { brokenRecord, checkShape, readEntry } from '../shape.ts'
import { deletionOf, renamingOf } from './user-belongings.ts'

/** Reads keys and prefixes: the cache, or what the cache gives to those who derive something. */
export type KeyReader = Pick<CacheReader, 'get' | 'list'>

/** A user's record as part of something that the cache keeps; undefined when there is none. */
export async function userThrough(
  hub: HubContext,
  read: KeyReader,
  name: string,
): Promise<UserRecord | undefined> {
  if (!isValidUsername(name)) return undefined
  const value = await read.get(keys.user(name))
  if (value === undefined) return undefined
  const user = checkShape(hub, keys.user(name), value, userShape)
  if (user.name !== name) throw brokenRecord(hub, keys.user(name), ['name: another'])
  return user
}

/**
 * The user of exactly this name (whoever takes names from outside normalises them first), through
 * the cache: not to be changed.
 */
export function findUser(hub: HubContext, name: string): Promise<UserRecord | undefined> {
  return hub.cache.derive(['find-user', name], (read) => userThrough(hub, read, name))
}

/**
 * Names from outside, normalised, without repetitions, in the order given (threats P27).
 * @throws HubgateError `bad_request` that lists the names that cannot be users'
 */
function checkedNames(names: readonly string[]): string[] {
  const normal = [...new Set(names.map(normalizeUsername))]
  const invalid = normal.filter((name) => !isValidUsername(name))
  if (invalid.length === 0) return normal
  const noun = invalid.length === 1 ? 'username' : 'usernames'
  throw new HubgateError('bad_request', `Invalid ${noun}: ${invalid.join(', ')}`)
}

/**
 * Makes the users that do not exist yet, in one commit; existing ones are left as they are.
 * @returns the ones made, in the order of the names
 * @throws HubgateError `bad_request` for an invalid name; then nobody is made
 */
export async function createUsers(
  hub: HubContext,
  names: readonly string[],
  options: { admin: boolean },
): Promise<UserRecord[]> {
  const wanted = checkedNames(names)
  if (wanted.length === 0) return []
  return change(hub, async () => {
    const present = await hub.store.getMany(wanted.map((name) => keys.user(name)))
    const missing = wanted.filter((_, i) => present[i] === undefined)
    if (missing.length === 0) return []
    const created = hub.clock.now()
    const numbers = newNumbers(hub, missing.length)
    const users = missing.map((name, i) => {
      return { id: recordId(numbers[i] ?? 0), name, admin: options.admin, groups: [], created }
    })
    const set = users.flatMap((user) => [
      { key: keys.user(user.name), value: user },
      { key: keys.userById(user.id), value: { name: user.name } },
    ])
    const check = set.map(({ key }) => ({ key, version: null }))
    const { applied } = await hub.store.commit({ check, set })
    return applied ? users : undefined
  })
}

/** @throws HubgateError `not_found` */
async function existing(hub: HubContext, name: string): Promise<Entry<UserRecord>> {
  const entry = isValidUsername(name) ? await readEntry(hub, keys.user(name), userShape) : undefined
  if (entry === undefined) throw new HubgateError('not_found')
  return entry
}

async function changeOf(
  hub: HubContext,
  before: Entry<UserRecord>,
  after: UserRecord,
): Promise<Commit> {
  if (after.name !== before.value.name) return renamingOf(hub, before, after)
  return {
    check: [{ key: before.key, version: before.version }],
    set: [{ key: before.key, value: after }],
  }
}

/** Throws when the user, as read in this round of a change, must not be changed. */
export type UserCheck = (user: UserRecord) => void

/**
 * Renames a user (with all that is theirs) or changes whether they are an admin.
 * @param wish.name normalised and checked here
 * @throws HubgateError `not_found`; `bad_request` for a name that is invalid or taken, or while a
 *   server of the user is active; whatever `check` throws
 */
export async function changeUser(
  hub: HubContext,
  name: string,
  wish: { name?: string | undefined; admin?: boolean | undefined },
  check?: UserCheck,
): Promise<UserRecord> {
  const [newName] = wish.name === undefined ? [name] : checkedNames([wish.name])
  return change(hub, async () => {
    const before = await existing(hub, name)
    check?.(before.value)
    const { admin } = before.value
    const after = { ...before.value, name: newName ?? name, admin: wish.admin ?? admin }
    if (after.name === name && after.admin === admin) return before.value
    const { applied } = await hub.store.commit(await changeOf(hub, before, after))
    return applied ? after : undefined
  })
}

/**
 * Deletes a user with everything that is theirs, in one commit: memberships, tokens, sessions,
 * servers' records, activity, what they share and what is shared with them.
 * @throws HubgateError `not_found`; `bad_request` while a server of the user is active; whatever
 *   `check` throws
 */
export async function deleteUser(hub: HubContext, name: string, check?: UserCheck): Promise<void> {
  await change(hub, async () => {
    const user = await existing(hub, name)
    check?.(user.value)
    const { applied } = await hub.store.commit(await deletionOf(hub, user))
    return applied ? true : undefined
  })
}
