import type { JsonObject } from './json.ts'

/** What the store keeps of a group; its members are in an index and in the users' records. */
export interface GroupRecord {
  /** 16 decimal digits that grow with time. */
  id: string
  name: string
  properties: JsonObject
  created: number
}
