import type { Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { byCodePoint } from '../order.ts'

/** A server by name; its position in a list of all. */
export interface ServerPlace {
  user: string
  /** Empty for the default server. */
  server: string
}

/** Where a list goes on: behind a server, or with the first one of a user. */
export type Position = ServerPlace | { user: string; server: null }

/** Whose servers are looked at: all of a user's, or these of them. */
export type Owners = ReadonlyMap<string, true | ReadonlySet<string>>

/** Keys that end with a user's and a server's name. */
export interface PlaceIndex {
  all: () => Key
  of: (user: string) => Key
  one: (user: string, server: string) => Key
}

/** Some of the places, in order. */
export interface PlaceBatch {
  places: ServerPlace[]
  /** How much work it was, in places. */
  cost: number
  /** Where to go on; undefined when nothing is left. */
  next: Position | undefined
}

/** Places of one batch. */
const BATCH = 200

/** A user without servers is as much work as so many servers. */
const OWNER_COST = 4

/** What an entry of an index is about. */
function placeOf({ key }: { key: Key }): ServerPlace {
  return { user: key.at(-2) ?? '', server: key.at(-1) ?? '' }
}

function keyOf(index: PlaceIndex, { user, server }: Position): Key {
  return server === null ? index.of(user) : index.one(user, server)
}

async function* everywhere(
  hub: HubContext,
  index: PlaceIndex,
  after: Position | undefined,
): AsyncGenerator<PlaceBatch> {
  let next = after
  do {
    const from = next && keyOf(index, next)
    const places = (await hub.store.list(index.all(), { after: from, limit: BATCH })).map(placeOf)
    next = places.length < BATCH ? undefined : places.at(-1)
    yield { places, cost: places.length, next }
  } while (next !== undefined)
}

/** Those of some servers of a user that there are. */
async function present(
  hub: HubContext,
  index: PlaceIndex,
  user: string,
  names: readonly string[],
): Promise<ServerPlace[]> {
  if (names.length === 0) return []
  const entries = await hub.store.getMany(names.map((name) => index.one(user, name)))
  return entries.filter((entry) => entry !== undefined).map(placeOf)
}

/** Some places of one owner, and the last one that was looked for. */
interface OwnerBatch {
  places: ServerPlace[]
  end: ServerPlace | undefined
}

async function* ofNames(
  hub: HubContext,
  index: PlaceIndex,
  user: string,
  names: readonly string[],
): AsyncGenerator<OwnerBatch> {
  for (let i = 0; i < names.length; i += BATCH) {
    const some = names.slice(i, i + BATCH)
    const end = { user, server: some.at(-1) ?? '' }
    yield { places: await present(hub, index, user, some), end }
  }
}

async function* ofUser(
  hub: HubContext,
  index: PlaceIndex,
  user: string,
  behind: string | null,
): AsyncGenerator<OwnerBatch> {
  let from = behind === null ? undefined : index.one(user, behind)
  for (;;) {
    const entries = await hub.store.list(index.of(user), { after: from, limit: BATCH })
    const places = entries.map(placeOf)
    yield { places, end: places.at(-1) }
    if (entries.length < BATCH) return
    from = entries.at(-1)?.key
  }
}

function ofOwner(
  hub: HubContext,
  index: PlaceIndex,
  [user, only]: readonly [string, true | ReadonlySet<string>],
  after: Position | undefined,
): AsyncGenerator<OwnerBatch> {
  const behind = after?.user === user ? after.server : null
  if (only === true) return ofUser(hub, index, user, behind)
  const names = [...only].sort(byCodePoint)
  const left = names.filter((name) => behind === null || byCodePoint(name, behind) > 0)
  return ofNames(hub, index, user, left)
}

async function* ofOwners(
  hub: HubContext,
  index: PlaceIndex,
  owners: Owners,
  after: Position | undefined,
): AsyncGenerator<PlaceBatch> {
  const isLeft = ([user]: readonly [string, unknown]) =>
    after === undefined || byCodePoint(user, after.user) >= 0
  const left = [...owners].filter(isLeft).sort(([a], [b]) => byCodePoint(a, b))
  for (const [i, owner] of left.entries()) {
    const following = left[i + 1]?.[0]
    let last: OwnerBatch = { places: [], end: undefined }
    for await (const batch of ofOwner(hub, index, owner, after)) {
      const { places, end } = last
      if (end !== undefined) yield { places, cost: BATCH, next: end }
      last = batch
    }
    const next = following === undefined ? undefined : { user: following, server: null }
    yield { places: last.places, cost: OWNER_COST + last.places.length, next }
  }
}

/** Puts small batches together, so that what follows is read for many at once. */
async function* merged(batches: AsyncGenerator<PlaceBatch>): AsyncGenerator<PlaceBatch> {
  let sum: PlaceBatch = { places: [], cost: 0, next: undefined }
  for await (const { places, cost, next } of batches) {
    sum = { places: [...sum.places, ...places], cost: sum.cost + cost, next }
    if (sum.cost < BATCH) continue
    yield sum
    sum = { places: [], cost: 0, next: undefined }
  }
  if (sum.cost > 0) yield sum
}

/**
 * The places that an index has, in the order of its keys, in batches. Where only some owners are
 * looked at, a batch's `next` names nothing else than their servers: it may be shown to who asked.
 */
export function placesIn(
  hub: HubContext,
  index: PlaceIndex,
  owners: Owners | undefined,
  after: Position | undefined,
): AsyncGenerator<PlaceBatch> {
  return owners === undefined
    ? everywhere(hub, index, after)
    : merged(ofOwners(hub, index, owners, after))
}
