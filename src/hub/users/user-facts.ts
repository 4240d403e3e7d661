import type { ServerRecord } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { activityShape } from '../records.ts'
import { checkShape } from '../shape.ts'
import { userThrough } from './users.ts'

/** What is shown of a user. */
export interface UserFacts {
  record: UserRecord
  /** Milliseconds since the epoch, as the store has it; null when there was none. */
  lastActivity: number | null
  /** All of them, stopped ones too. */
  servers: readonly ServerRecord[]
}

/**
 * What is shown of the user of exactly this name, through the cache: not to be changed.
 * @returns undefined when there is none
 */
export function findUserFacts(hub: HubContext, name: string): Promise<UserFacts | undefined> {
  return hub.cache.derive(['user-facts', name], async (read) => {
    const record = await userThrough(hub, read, name)
    if (record === undefined) return undefined
    const key = keys.userActivity(record.id)
    const activity = await read.get(key)
    return {
      record,
      lastActivity:
        activity === undefined ? null : checkShape(hub, key, activity, activityShape).at,
      servers: await read.list<ServerRecord>(keys.serversOf(name)),
    }
  })
}
