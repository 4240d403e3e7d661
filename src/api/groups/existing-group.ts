import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { findGroup } from '../../hub/groups/groups.ts'
import type { GroupRecord } from '../../model/group.ts'

/**
 * The group that a path names.
 * @throws HubgateError `not_found`
 */
export async function existingGroup(hub: HubContext, name: string): Promise<GroupRecord> {
  const group = await findGroup(hub, name)
  if (group === undefined) throw new HubgateError('not_found', `No such group: ${name}`)
  return group
}
