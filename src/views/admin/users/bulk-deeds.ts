/** What can be done to many users at once, and how a page says so. */
export const BULK_DEEDS = {
  start: 'Start servers',
  stop: 'Stop servers',
  delete: 'Delete users',
  'make-admin': 'Make admins',
  'take-admin': 'Take admin away',
  join: 'Add to group',
  leave: 'Remove from group',
} as const

export type BulkDeed = keyof typeof BULK_DEEDS

/** Users that one request may be about. */
export const MAX_BULK = 200

/** Whether it takes a group. */
export function isOfGroup(deed: BulkDeed): boolean {
  return deed === 'join' || deed === 'leave'
}

const COUNT = new Intl.NumberFormat('en')

/** `1 user`, `2,000 users`. */
export function countUsers(count: number): string {
  return `${COUNT.format(count)} ${count === 1 ? 'user' : 'users'}`
}

/** `Stop servers of 3 users`. */
export function bulkTitle(deed: BulkDeed, count: number, group: string): string {
  const users = countUsers(count)
  switch (deed) {
    case 'start':
      return `Start the servers of ${users}`
    case 'stop':
      return `Stop the servers of ${users}`
    case 'delete':
      return `Delete ${users}`
    case 'make-admin':
      return `Make ${users} admin`
    case 'take-admin':
      return `Take admin away from ${users}`
    case 'join':
      return `Add ${users} to the group ${group}`
    case 'leave':
      return `Remove ${users} from the group ${group}`
  }
}
