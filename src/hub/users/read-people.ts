import { setImmediate as otherWork } from 'node:timers/promises'
import type { z } from 'zod'
import type { Entry, Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { activityShape, userShape } from '../records.ts'
import { checkShape, readEntries } from '../shape.ts'
import { People } from './people.ts'

/** Entries read at a time, so that other requests get their turn. */
const BATCH = 1_000

/** What must be read again, because it changed. */
export interface Changed {
  /** Of users. */
  names: ReadonlySet<string>
  /** Of users whose activity it is. */
  ids: ReadonlySet<string>
  /** Whether these servers are active; keys of the index. */
  servers: readonly Key[]
}

async function* entriesOf(hub: HubContext, prefix: Key): AsyncGenerator<Entry> {
  let after: Key | undefined
  do {
    const batch = await hub.store.list(prefix, { after, limit: BATCH })
    yield* batch
    after = batch.length < BATCH ? undefined : batch.at(-1)?.key
    if (after !== undefined) await otherWork()
  } while (after !== undefined)
}

async function readMany<Value>(
  hub: HubContext,
  wanted: readonly Key[],
  shape: z.ZodType<Value>,
): Promise<(Value | undefined)[]> {
  const values: (Value | undefined)[] = []
  for (let i = 0; i < wanted.length; i += BATCH) {
    if (i > 0) await otherWork()
    const entries = await readEntries(hub, wanted.slice(i, i + BATCH), shape)
    for (const entry of entries) values.push(entry?.value)
  }
  return values
}

/**
 * Everybody, a batch at a time.
 * @throws HubgateError `unavailable`; `internal` when a record is broken
 */
export async function readPeople(hub: HubContext): Promise<People> {
  const people = new People()
  for await (const { key, value } of entriesOf(hub, keys.users())) {
    people.put(checkShape(hub, key, value, userShape))
  }
  for await (const { key, value } of entriesOf(hub, keys.userActivities())) {
    people.setActivity(key.at(-1) ?? '', checkShape(hub, key, value, activityShape).at)
  }
  for await (const { key } of entriesOf(hub, keys.activeServers())) {
    people.setActive(key.at(-2) ?? '', key.at(-1) ?? '', true)
  }
  return people
}

async function readNames(
  hub: HubContext,
  people: People,
  names: readonly string[],
): Promise<string[]> {
  const found = await readMany(hub, names.map(keys.user), userShape)
  const users = found.filter((user) => user !== undefined)
  // Who was renamed is known by the new name before the old one is forgotten.
  for (const user of users) people.put(user)
  for (const [i, user] of found.entries()) if (user === undefined) people.delete(names[i] ?? '')
  return users.map(({ id }) => id)
}

/**
 * Reads again what has changed.
 * @throws HubgateError as {@link readPeople}
 */
export async function readAgain(hub: HubContext, people: People, changed: Changed): Promise<void> {
  const seen = await readNames(hub, people, [...changed.names])
  const ids = [...changed.ids.union(new Set(seen))]
  const activities = await readMany(hub, ids.map(keys.userActivity), activityShape)
  for (const [i, id] of ids.entries()) people.setActivity(id, activities[i]?.at ?? null)
  const { servers } = changed
  const active = await hub.store.getMany(servers)
  for (const [i, key] of servers.entries()) {
    people.setActive(key.at(-2) ?? '', key.at(-1) ?? '', active[i] !== undefined)
  }
}
