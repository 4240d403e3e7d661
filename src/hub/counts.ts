import type { Key } from '../store/port.ts'
import type { HubContext } from './context.ts'
import { keys } from './keys.ts'
import { activityShape } from './records.ts'
import { listEntries } from './shape.ts'

/** Records read at a time. */
const PAGE = 1000

/** How many servers are ready; those that start or stop are not. */
export async function countReadyServers({ store }: HubContext): Promise<number> {
  const [active, pending] = await Promise.all([
    store.count(keys.activeServers()),
    store.count(keys.pendingServers()),
  ])
  return Math.max(0, active - pending)
}

/** How many users there are. */
export function countUsers({ store }: HubContext): Promise<number> {
  return store.count(keys.users())
}

/**
 * How many users were active since each of some times. Reads the activity of every user, a page at
 * a time.
 * @param since milliseconds since the epoch
 * @returns a number for each, in their order
 */
export async function countActiveUsers(
  hub: HubContext,
  since: readonly number[],
): Promise<number[]> {
  const active = since.map(() => 0)
  let after: Key | undefined
  for (;;) {
    const page = await listEntries(hub, keys.userActivities(), activityShape, {
      after,
      limit: PAGE,
    })
    for (const { value } of page) {
      for (const [i, time] of since.entries()) {
        if (value.at !== null && value.at >= time) active[i] = (active[i] ?? 0) + 1
      }
    }
    after = page.at(-1)?.key
    if (after === undefined) return active
  }
}
