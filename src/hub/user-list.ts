import { isReady } from '../model/server.ts'
import type { UserRecord } from '../model/user.ts'
import { normalizeUsername } from '../model/username.ts'
import type { HubContext } from './context.ts'
import { keys } from './keys.ts'
import { byCodePoint } from './order.ts'
import { activityShape, nameShape, serverStateShape, userShape } from './records.ts'
import { listEntries, readEntries } from './shape.ts'

export interface UserQuery {
  /** Users with an active server, with a ready one, or without an active one. */
  state?: 'active' | 'ready' | 'inactive' | undefined
  sort: 'id' | 'name' | 'last_activity'
  descending: boolean
  /** Only users whose name contains this, in any case. */
  nameFilter?: string | undefined
  offset: number
  limit: number
  /** Leaves out the users for whom it does not answer true. */
  only?: ((user: { name: string; groups: readonly string[] }) => boolean | undefined) | undefined
}

export interface UserPage {
  items: UserRecord[]
  /** How many there are on all pages. */
  total: number
}

/** What is known of a user before the page is chosen; the record only when it had to be read. */
interface Candidate {
  id: string
  name: string
  record?: UserRecord
}

/**
 * A page of the users that a query is about. Unfiltered lists by id or name read their page only.
 * Users who were never active come first when sorted by activity, last when that is descending.
 */
export async function listUsers(hub: HubContext, query: UserQuery): Promise<UserPage> {
  const { state, sort, only, nameFilter = '', offset, limit } = query
  const all = state === undefined && only === undefined && nameFilter === ''
  if (all && sort !== 'last_activity') return pageOfAll(hub, query)
  const candidates = await candidatesOf(hub, query)
  const inState = await stateTest(hub, state)
  const part = normalizeUsername(nameFilter)
  const chosen = candidates.filter(({ name }) => name.includes(part) && inState(name))
  const ordered = await inOrder(hub, chosen, query)
  const page = ordered.slice(offset, offset + limit)
  return { items: await recordsOf(hub, page), total: chosen.length }
}

async function pageOfAll(hub: HubContext, query: UserQuery): Promise<UserPage> {
  const { offset, limit, descending: reverse } = query
  const range = { offset, limit, reverse }
  const total = await hub.store.count(keys.users())
  if (query.sort === 'name') {
    const entries = await listEntries(hub, keys.users(), userShape, range)
    return { items: entries.map((entry) => entry.value), total }
  }
  const index = await listEntries(hub, keys.usersById(), nameShape, range)
  const page = index.map(({ key, value }) => ({ id: key.at(-1) ?? '', name: value.name }))
  return { items: await recordsOf(hub, page), total }
}

async function recordsOf(hub: HubContext, page: readonly Candidate[]): Promise<UserRecord[]> {
  const known = page.flatMap(({ record }) => (record === undefined ? [] : [record]))
  if (known.length === page.length) return known
  const wanted = page.map(({ name }) => keys.user(name))
  const entries = await readEntries(hub, wanted, userShape)
  return entries.flatMap((entry) => (entry === undefined ? [] : [entry.value]))
}

/** The users in the order of their ids, or of their names where whole records are read. */
async function candidatesOf(hub: HubContext, { only }: UserQuery): Promise<Candidate[]> {
  if (only === undefined) {
    const index = await listEntries(hub, keys.usersById(), nameShape)
    return index.map(({ key, value }) => ({ id: key.at(-1) ?? '', name: value.name }))
  }
  const users = await listEntries(hub, keys.users(), userShape)
  return users
    .filter(({ value }) => only(value) === true)
    .map(({ value }) => ({ id: value.id, name: value.name, record: value }))
}

type NameTest = (name: string) => boolean

async function stateTest(hub: HubContext, state: UserQuery['state']): Promise<NameTest> {
  if (state === undefined) return () => true
  const active = (await hub.store.list(keys.activeServers())).map(({ key }) => {
    return { user: key.at(-2) ?? '', name: key.at(-1) ?? '' }
  })
  if (state !== 'ready') {
    const users = new Set(active.map(({ user }) => user))
    return (name) => users.has(name) === (state === 'active')
  }
  const wanted = active.map(({ user, name }) => keys.server(user, name))
  const servers = await readEntries(hub, wanted, serverStateShape)
  const users = new Set(
    servers.flatMap((entry) =>
      entry !== undefined && isReady(entry.value) ? [entry.value.user] : [],
    ),
  )
  return (name) => users.has(name)
}

async function inOrder(
  hub: HubContext,
  users: readonly Candidate[],
  { sort, descending }: UserQuery,
): Promise<Candidate[]> {
  const ordered = await ascending(hub, users, sort)
  return descending ? ordered.reverse() : ordered
}

async function ascending(
  hub: HubContext,
  users: readonly Candidate[],
  sort: UserQuery['sort'],
): Promise<Candidate[]> {
  if (sort === 'name') return users.toSorted((a, b) => byCodePoint(a.name, b.name))
  const byId = users.toSorted((a, b) => byCodePoint(a.id, b.id))
  if (sort === 'id') return byId
  const entries = await listEntries(hub, keys.userActivities(), activityShape)
  const lastOf = new Map(entries.map(({ key, value }) => [key.at(-1) ?? '', value.at ?? 0]))
  return byId.sort((a, b) => (lastOf.get(a.id) ?? 0) - (lastOf.get(b.id) ?? 0))
}
