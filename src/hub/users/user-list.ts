import { isReady } from '../../model/server.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { serverStateShape } from '../records.ts'
import { readEntries } from '../shape.ts'
import type { KnownUser } from './people.ts'
import type { Everybody } from './user-directory.ts'
import { allUsers } from './user-directory.ts'

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
  items: KnownUser[]
  /** How many there are on all pages. */
  total: number
  /** Whether a user has an active server, by the name. */
  hasActive: (name: string) => boolean
}

type Test = (user: KnownUser) => boolean

/**
 * A page of the users that a query is about, from memory. Users who were never active come first
 * when sorted by activity, last when that is descending.
 * @throws HubgateError `unavailable`; `internal` when a record is broken
 */
export async function listUsers(hub: HubContext, query: UserQuery): Promise<UserPage> {
  const { offset, limit, descending } = query
  const ready = query.state === 'ready' ? await readyOwners(hub) : undefined
  const people = await allUsers(hub)
  const tests = testsOf(people, query, ready)
  const hasActive = (name: string) => people.hasActive(name)
  const everybody = ordered(people, query.sort)
  const chosen =
    tests.length === 0 ? everybody : everybody.filter((user) => tests.every((test) => test(user)))
  const total = chosen.length
  if (!descending) return { items: chosen.slice(offset, offset + limit), total, hasActive }
  const end = Math.max(0, total - offset)
  return { items: chosen.slice(Math.max(0, end - limit), end).reverse(), total, hasActive }
}

function ordered(people: Everybody, sort: UserQuery['sort']): readonly KnownUser[] {
  switch (sort) {
    case 'id':
      return people.byId()
    case 'name':
      return people.byName()
    case 'last_activity':
      return people.byActivity()
  }
}

/** @param ready who has a ready server, where that is asked for */
function testsOf(
  people: Everybody,
  { state, only, nameFilter = '' }: UserQuery,
  ready: ReadonlySet<string> | undefined,
): Test[] {
  const part = normalizeUsername(nameFilter)
  const tests: Test[] = []
  if (part !== '') tests.push(({ record }) => record.name.includes(part))
  if (ready !== undefined) tests.push(({ record }) => ready.has(record.name))
  else if (state !== undefined) {
    tests.push(({ record }) => people.hasActive(record.name) === (state === 'active'))
  }
  if (only !== undefined) tests.push(({ record }) => only(record) === true)
  return tests
}

/** The names of the users who have a ready server. */
async function readyOwners(hub: HubContext): Promise<ReadonlySet<string>> {
  const active = await hub.store.list(keys.activeServers())
  const wanted = active.map(({ key }) => keys.server(key.at(-2) ?? '', key.at(-1) ?? ''))
  const servers = await readEntries(hub, wanted, serverStateShape)
  const ready = servers.filter((entry) => entry !== undefined && isReady(entry.value))
  return new Set(ready.map((entry) => entry?.value.user ?? ''))
}
