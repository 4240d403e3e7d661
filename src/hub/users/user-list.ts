import { fullName } from '../../model/server.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { KnownUser } from './people.ts'
import type { Everybody } from './user-directory.ts'
import { allUsers } from './user-directory.ts'

export interface UserQuery {
  /** Users with an active server, with a ready one, or without an active one. */
  state?: 'active' | 'ready' | 'inactive' | undefined
  /** `running` has those with active servers first, and who was active last first among these. */
  sort: 'id' | 'name' | 'last_activity' | 'running'
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
  /** The names of a user's active servers. */
  activeServers: (name: string) => readonly string[]
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
  const activeServers = (name: string) => people.activeServers(name)
  const everybody = ordered(people, query.sort)
  const chosen =
    tests.length === 0 ? everybody : everybody.filter((user) => tests.every((test) => test(user)))
  const total = chosen.length
  if (!descending)
    return { items: chosen.slice(offset, offset + limit), total, hasActive, activeServers }
  const end = Math.max(0, total - offset)
  return {
    items: chosen.slice(Math.max(0, end - limit), end).reverse(),
    total,
    hasActive,
    activeServers,
  }
}

function ordered(people: Everybody, sort: UserQuery['sort']): readonly KnownUser[] {
  switch (sort) {
    case 'id':
      return people.byId()
    case 'name':
      return people.byName()
    case 'last_activity':
      return people.byActivity()
    case 'running':
      return people.byRunning()
  }
}

/** @param ready who has a ready server, where that is asked for */
function testsOf(
  people: Everybody,
  { state, only, nameFilter = '' }: UserQuery,
  ready: ((people: Everybody, name: string) => boolean) | undefined,
): Test[] {
  const part = normalizeUsername(nameFilter)
  const tests: Test[] = []
  if (part !== '') tests.push(({ record }) => record.name.includes(part))
  if (ready !== undefined) tests.push(({ record }) => ready(people, record.name))
  else if (state !== undefined) {
    tests.push(({ record }) => people.hasActive(record.name) === (state === 'active'))
  }
  if (only !== undefined) tests.push(({ record }) => only(record) === true)
  return tests
}

/**
 * Whether a user has a ready server, by the name: an active one of which nothing is under way. What
 * became active or stopped while that was read is not taken for one.
 */
async function readyOwners(hub: HubContext): Promise<(people: Everybody, name: string) => boolean> {
  const active = (await allUsers(hub)).allActive()
  const pending = await hub.store.list(keys.pendingServers())
  const isPending = new Set(pending.map(({ key }) => fullName(key.at(-2) ?? '', key.at(-1) ?? '')))
  return (people, name) =>
    people
      .activeServers(name)
      .some((server) => active.get(name)?.has(server) && !isPending.has(fullName(name, server)))
}
