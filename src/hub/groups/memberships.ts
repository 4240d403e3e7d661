import type { GroupRecord } from '../../model/group.ts'
import type { UserRecord } from '../../model/user.ts'
import type { Check, Entry } from '../../store/port.ts'
import { nothingAdded } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { storedGroup } from './groups.ts'
import { existingUsers, memberNames, membershipParts, presentUsers } from './members.ts'

interface MemberChange {
  joining: readonly Entry<UserRecord>[]
  leaving: readonly Entry<UserRecord>[]
  check?: readonly Check[]
}

async function changeMembers(
  hub: HubContext,
  name: string,
  decide: (group: GroupRecord) => Promise<MemberChange>,
): Promise<GroupRecord> {
  return change(hub, async () => {
    const { key, version, value } = await storedGroup(hub, name)
    const { joining, leaving, check = [] } = await decide(value)
    const parts = membershipParts(name, joining, leaving)
    if (parts.set.length === 0) return value
    const { applied } = await hub.store.commit({
      check: [{ key, version }, ...check, ...parts.check],
      set: [...parts.set, { key: keys.belongings('group', value.id), value: {} }],
      delete: parts.delete,
    })
    return applied ? value : undefined
  })
}

/**
 * Puts users into a group; members stay what they are.
 * @param users normalised here
 * @throws HubgateError `not_found`; `bad_request` for an unknown user, then nobody is added
 */
export function addToGroup(
  hub: HubContext,
  group: string,
  users: readonly string[],
): Promise<GroupRecord> {
  return changeMembers(hub, group, async () => {
    return { joining: await existingUsers(hub, users), leaving: [] }
  })
}

/**
 * Takes users out of a group; those who are not in it are ignored.
 * @param users normalised here
 * @throws HubgateError `not_found`; `bad_request` for an unknown user, then nobody is removed
 */
export function removeFromGroup(
  hub: HubContext,
  group: string,
  users: readonly string[],
): Promise<GroupRecord> {
  return changeMembers(hub, group, async () => {
    return { joining: [], leaving: await existingUsers(hub, users) }
  })
}

/**
 * Makes the members of a group exactly these.
 * @param users normalised here
 * @throws HubgateError `not_found`; `bad_request` for an unknown user, then nothing is changed
 */
export function setMembers(
  hub: HubContext,
  group: string,
  users: readonly string[],
): Promise<GroupRecord> {
  return changeMembers(hub, group, async ({ id }) => {
    const check = [await nothingAdded(hub, keys.belongings('group', id))]
    const joining = await existingUsers(hub, users)
    const staying = new Set(joining.map((entry) => entry.value.name))
    const others = (await memberNames(hub, group)).filter((member) => !staying.has(member))
    return { joining, leaving: await presentUsers(hub, others), check }
  })
}
