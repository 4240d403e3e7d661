import { z } from 'zod'
import type { TokenOwner, TokenRecord } from '../../model/token.ts'
import type { Entry, Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { brokenRecord, listEntries, readEntry } from '../shape.ts'

/** What the indexes of tokens say of one: enough to find every key of it. */
export interface TokenPlace {
  id: string
  digest: string
  owner: Pick<TokenOwner, 'kind' | 'id'>
  client: string | null
  session: string | null
}

const placeShape = z.looseObject({
  id: z.string().optional(),
  digest: z.string().length(64),
  owner: z.object({ kind: z.enum(['user', 'service']), id: z.string() }).optional(),
  client: z.string().nullable().default(null),
  session: z.string().nullable().default(null),
})

/** What the indexes keep of a token. */
export function placeOf({ id, digest, owner, client, session }: TokenRecord): TokenPlace {
  return { id, digest, owner: { kind: owner.kind, id: owner.id }, client, session }
}

function completed(
  hub: HubContext,
  { key, value }: Entry<z.output<typeof placeShape>>,
): TokenPlace {
  const { id, digest, owner, client, session } = value
  if (id !== undefined && owner !== undefined) return { id, digest, owner, client, session }
  const [, kind, ownerId, own] = key
  if ((kind !== 'user' && kind !== 'service') || ownerId === undefined || own === undefined) {
    throw brokenRecord(hub, key, ['place: missing'])
  }
  return { id: own, digest, owner: { kind, id: ownerId }, client, session }
}

/** What an index says of one token, straight from the store; undefined when there is none. */
export async function tokenPlace(
  hub: HubContext,
  key: Key,
): Promise<Entry<TokenPlace> | undefined> {
  const entry = await readEntry(hub, key, placeShape)
  return entry && { ...entry, value: completed(hub, entry) }
}

/** The tokens below a prefix of one of their indexes, straight from the store. */
export async function tokenPlaces(hub: HubContext, prefix: Key): Promise<TokenPlace[]> {
  const entries = await listEntries(hub, prefix, placeShape)
  return entries.map((entry) => completed(hub, entry))
}

/** Everything that a commit deletes to end a token. */
export function tokenKeys({ id, digest, owner, client, session }: TokenPlace): Key[] {
  return [
    keys.token(digest),
    keys.tokenOf(owner.kind, owner.id, id),
    keys.tokenActivity(id),
    ...(client === null ? [] : [keys.tokenOfClient(client, digest)]),
    ...(session === null ? [] : [keys.tokenOfSession(session, digest)]),
  ]
}
