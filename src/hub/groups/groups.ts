import { isDeepStrictEqual } from 'node:util'
import { HubgateError } from '../../base/errors.ts'
import type { GroupRecord } from '../../model/group.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Entry } from '../../store/port.ts'
import { nothingAdded } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { newNumbers, recordId } from '../ids.ts'
import { keys } from '../keys.ts'
import { groupShape, nameShape } from '../records.ts'
import { brokenRecord, checkShape, listEntries, readEntries, readEntry } from '../shape.ts'
import { sharedWith } from '../shares/share-cascade.ts'
import { existingUsers, memberNames, membershipParts, presentUsers, withGroups } from './members.ts'

const MAX_NAME_LENGTH = 255

/**
 * Whether a group may have this name: JupyterHub takes any; here it has a length and no controls, and
 * is no direction that no address could hold.
 */
export function isValidGroupName(name: string): boolean {
  if (name === '.' || name === '..') return false
  return name !== '' && name.length <= MAX_NAME_LENGTH && !/\p{C}/u.test(name)
}

/** The group of exactly this name, through the cache: not to be changed. */
export function findGroup(hub: HubContext, name: string): Promise<GroupRecord | undefined> {
  if (!isValidGroupName(name)) return Promise.resolve(undefined)
  const key = keys.group(name)
  return hub.cache.derive(['find-group', name], async (read) => {
    const value = await read.get(key)
    if (value === undefined) return undefined
    const group = checkShape(hub, key, value, groupShape)
    if (group.name !== name) throw brokenRecord(hub, key, ['name: another'])
    return group
  })
}

export interface GroupQuery {
  offset: number
  limit: number
  /** Leaves out the groups for which it does not answer true. */
  only?: ((group: { name: string }) => boolean | undefined) | undefined
}

/** A page of the groups in the order of their making, and how many there are on all pages. */
export async function listGroups(
  hub: HubContext,
  query: GroupQuery,
): Promise<{ items: GroupRecord[]; total: number }> {
  const { offset, limit, only } = query
  const filtered = only !== undefined
  const index = await listEntries(
    hub,
    keys.groupsById(),
    nameShape,
    filtered ? {} : { offset, limit },
  )
  const shown = filtered ? index.filter((entry) => only(entry.value) === true) : index
  const total = filtered ? shown.length : await hub.store.count(keys.groupsById())
  const page = filtered ? shown.slice(offset, offset + limit) : shown
  const wanted = page.map((entry) => keys.group(entry.value.name))
  const groups = await readEntries(hub, wanted, groupShape)
  return { items: groups.flatMap((entry) => (entry === undefined ? [] : [entry.value])), total }
}

/** The names of a group's members, sorted, through the cache; none for an unknown group. */
export function membersOf(hub: HubContext, group: string): Promise<string[]> {
  return hub.cache.derive(['members-of', group], async (read) =>
    (await read.keys(keys.groupMembersOf(group))).map((key) => key.at(-1) ?? ''),
  )
}

/**
 * A group as the store has it, for a change of it.
 * @throws HubgateError `not_found`
 */
export async function storedGroup(hub: HubContext, name: string): Promise<Entry<GroupRecord>> {
  const entry = isValidGroupName(name)
    ? await readEntry(hub, keys.group(name), groupShape)
    : undefined
  if (entry === undefined) throw new HubgateError('not_found', `No such group: ${name}`)
  return entry
}

function refuseNames(names: readonly string[]): void {
  const invalid = names.find((name) => !isValidGroupName(name))
  if (invalid !== undefined) {
    throw new HubgateError('bad_request', `Invalid group name: ${JSON.stringify(invalid)}`)
  }
  const seen = new Set<string>()
  const twice = names.find((name) => seen.size === seen.add(name).size)
  if (twice !== undefined) throw new HubgateError('conflict', `Group ${twice} already exists`)
}

/**
 * Makes groups, each with all of the users, in one commit.
 * @returns the groups, in the order of the names
 * @throws HubgateError `conflict` when one exists, `bad_request` for an unknown user or a bad name;
 *   then none is made
 */
export async function createGroups(
  hub: HubContext,
  names: readonly string[],
  users: readonly string[],
): Promise<GroupRecord[]> {
  refuseNames(names)
  return change(hub, async () => {
    const present = await hub.store.getMany(names.map((name) => keys.group(name)))
    const taken = names.find((_, i) => present[i] !== undefined)
    if (taken !== undefined) throw new HubgateError('conflict', `Group ${taken} already exists`)
    const entries = await existingUsers(hub, users)
    const created = hub.clock.now()
    const numbers = newNumbers(hub, names.length)
    const groups = names.map((name, i): GroupRecord => {
      return { id: recordId(numbers[i] ?? 0), name, properties: {}, created }
    })
    const made = groups.flatMap((group) => [
      { key: keys.group(group.name), value: group },
      { key: keys.groupById(group.id), value: { name: group.name } },
    ])
    const { applied } = await hub.store.commit({
      check: [
        ...made.map(({ key }) => ({ key, version: null })),
        ...entries.map(({ key, version }) => ({ key, version })),
      ],
      set: [
        ...made,
        ...entries.map(({ key, value }) => ({ key, value: withGroups(value, names, []) })),
        ...names.flatMap((name) =>
          entries.map(({ value }) => ({ key: keys.groupMember(name, value.name), value: {} })),
        ),
      ],
    })
    return applied ? groups : undefined
  })
}

/**
 * Deletes a group with its memberships and what is shared with it, in one commit.
 * @throws HubgateError `not_found`
 */
export async function deleteGroup(hub: HubContext, name: string): Promise<void> {
  await change(hub, async () => {
    const { key, version, value } = await storedGroup(hub, name)
    const added = await nothingAdded(hub, keys.belongings('group', value.id))
    const members = await memberNames(hub, name)
    const parts = membershipParts(name, [], await presentUsers(hub, members))
    const { applied } = await hub.store.commit({
      check: [{ key, version }, added, ...parts.check],
      set: parts.set,
      delete: [
        key,
        keys.groupById(value.id),
        added.key,
        ...members.map((member) => keys.groupMember(name, member)),
        ...(await sharedWith(hub, 'group', value.id)),
      ],
    })
    return applied ? true : undefined
  })
}

/**
 * Replaces a group's properties.
 * @throws HubgateError `not_found`
 */
export async function setGroupProperties(
  hub: HubContext,
  name: string,
  properties: JsonObject,
): Promise<GroupRecord> {
  return change(hub, async () => {
    const { key, version, value } = await storedGroup(hub, name)
    if (isDeepStrictEqual(value.properties, properties)) return value
    const group = { ...value, properties }
    const { applied } = await hub.store.commit({
      check: [{ key, version }],
      set: [{ key, value: group }],
    })
    return applied ? group : undefined
  })
}
