import type { TokenOwner, TokenRecord } from '../../model/token.ts'
import type { Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { byCodePoint } from '../order.ts'
import { digestShape, tokenShape } from '../records.ts'
import { listEntries, readEntries } from '../shape.ts'
import { configTokens } from './tokens.ts'

/** Whose tokens are looked at: everybody's, those of one kind of owner, or these owners'. */
export type Reach = { kind?: TokenOwner['kind'] | undefined } | { owners: readonly TokenOwner[] }

/**
 * A place in the order of all tokens, to go on behind: first those of the config map (`config`, id),
 * then those of the store by kind and id of the owner and their own id (`store`, kind, owner, id).
 * Without an id: behind all of that owner.
 */
export type Place = readonly string[]

export interface TokenPage {
  tokens: TokenRecord[]
  /** Where to go on; undefined when there is no more to look at. */
  next: Place | undefined
}

/** How many tokens and owners one page may look at, however few of them it is about. */
const MAX_LOOKS = 1000

/** Tokens that are read at once. */
const CHUNK = 200

const inOrder = (a: Place, b: Place): number => {
  for (const [i, part] of a.entries()) {
    const other = b[i]
    if (other === undefined) return 1
    const order = byCodePoint(part, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

const isFor = (reach: Reach, owner: TokenOwner): boolean =>
  'owners' in reach
    ? reach.owners.some(({ kind, id }) => kind === owner.kind && id === owner.id)
    : reach.kind === undefined || reach.kind === owner.kind

/** A token and its place. */
interface Seen {
  place: Place
  /** Undefined for an owner without tokens, and for a token that has just ended. */
  record: TokenRecord | undefined
}

async function* seenInConfig(hub: HubContext, reach: Reach, after: Place): AsyncGenerator<Seen[]> {
  const all = await configTokens(hub)
  const seen = all
    .filter((record) => isFor(reach, record.owner))
    .map((record) => ({ place: ['config', record.id], record }))
  yield seen.filter(({ place }) => inOrder(place, after) > 0)
}

/** The tokens below a prefix of their index, behind a key of it, chunk by chunk. */
async function* seenBelow(hub: HubContext, prefix: Key, after: Key): AsyncGenerator<Seen[]> {
  for (let last = after; ; ) {
    const index = await listEntries(hub, prefix, digestShape, { after: last, limit: CHUNK })
    const digests = index.map((entry) => keys.token(entry.value.digest))
    const records = await readEntries(hub, digests, tokenShape)
    yield index.map(({ key }, i) => {
      return { place: ['store', ...key.slice(-3)], record: records[i]?.value }
    })
    const end = index.at(-1)
    if (end === undefined || index.length < CHUNK) return
    last = end.key
  }
}

async function* seenOf(
  hub: HubContext,
  owners: readonly TokenOwner[],
  after: Place,
): AsyncGenerator<Seen[]> {
  const sorted = owners
    .map(({ kind, id }) => ({ kind, id, place: ['store', kind, id] }))
    .sort((a, b) => inOrder(a.place, b.place))
  for (const { kind, id, place } of sorted) {
    const isWithin = after.length === place.length + 1 && inOrder(place, after.slice(0, -1)) === 0
    if (!isWithin && inOrder(place, after) <= 0) continue
    const prefix = keys.tokensOf(kind, id)
    yield* seenBelow(hub, prefix, isWithin ? [...prefix, after.at(-1) ?? ''] : prefix)
    yield [{ place, record: undefined }]
  }
}

function seenInStore(hub: HubContext, reach: Reach, after: Place): AsyncGenerator<Seen[]> {
  if ('owners' in reach) return seenOf(hub, reach.owners, after)
  const prefix = reach.kind === undefined ? keys.tokensOfAll() : keys.tokensOfKind(reach.kind)
  const from = after[0] === 'store' ? [...keys.tokensOfAll(), ...after.slice(1)] : prefix
  return seenBelow(hub, prefix, from)
}

async function* seenBehind(hub: HubContext, reach: Reach, after: Place): AsyncGenerator<Seen[]> {
  yield* seenInConfig(hub, reach, after)
  yield* seenInStore(hub, reach, after)
}

/**
 * Tokens in the order of their places. A page may be short and yet not the last one: each looks at
 * so many tokens only.
 * @param options.after where to begin; at the beginning when left out
 * @param options.limit the most tokens to answer
 * @param options.matching which of these tokens are meant, in their order
 */
export async function listInventory(
  hub: HubContext,
  options: {
    reach: Reach
    after?: Place | undefined
    limit: number
    matching: (tokens: readonly TokenRecord[]) => Promise<readonly boolean[]>
  },
): Promise<TokenPage> {
  const { reach, after = [], limit, matching } = options
  const tokens: TokenRecord[] = []
  let looks = 0
  let last: Place = after
  for await (const seen of seenBehind(hub, reach, after)) {
    const wanted = await chosenOf(seen, matching)
    for (const { place, record } of seen) {
      const isWanted = record !== undefined && wanted.has(record)
      // The page is full only when one more is found: so the last page says that it is the last.
      if (looks++ >= MAX_LOOKS || (isWanted && tokens.length === limit)) {
        return { tokens, next: last }
      }
      if (isWanted) tokens.push(record)
      last = place
    }
  }
  return { tokens, next: undefined }
}

async function chosenOf(
  seen: readonly Seen[],
  matching: (tokens: readonly TokenRecord[]) => Promise<readonly boolean[]>,
): Promise<ReadonlySet<TokenRecord>> {
  const present = seen.map(({ record }) => record).filter((record) => record !== undefined)
  const chosen = present.length === 0 ? [] : await matching(present)
  return new Set(present.filter((_, i) => chosen[i] === true))
}
