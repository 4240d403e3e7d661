/** What the store keeps of a user. Times are milliseconds since the epoch. */
export interface UserRecord {
  /** 16 decimal digits that grow with time. A recreated user gets another id, so old credentials are dead. */
  id: string
  name: string
  admin: boolean
  /** Sorted names of the groups the user is in; the group's member index is written in the same commit. */
  groups: string[]
  created: number
}
