import { seconds } from '../../base/clock.ts'
import { sha256 } from '../../base/hash.ts'
import { randomSecret } from '../../base/random.ts'
import type { ShareCodeRecord } from '../../model/share-code.ts'
import type { ServerPlace } from '../../model/share-scopes.ts'
import type { TokenOwner } from '../../model/token.ts'
import type { Entry } from '../../store/port.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { newNumbers, recordId } from '../ids.ts'
import { keys } from '../keys.ts'
import { byCodePoint } from '../order.ts'
import { digestShape, shareCodeShape } from '../records.ts'
import { brokenRecord, listEntries, readEntries, readEntry } from '../shape.ts'
import { addedToServer, sharedServer } from './share-ends.ts'
import type { Range, ServerView } from './share-list.ts'
import { viewServers } from './share-list.ts'

/** What `randomSecret` makes; nothing else is worth a look. */
const CODE = /^[A-Za-z0-9_-]{43}$/

export interface ShareCodeRequest {
  /** Without a filter: they count for the one server alone. */
  scopes: readonly string[]
  /** Who asks. */
  maker: TokenOwner
  /** Seconds until it ends. */
  expiresIn: number
}

/**
 * Makes a code that gives whoever has it access to a server. Whether the maker may give that is the
 * caller's to check.
 * @returns the code, which is shown this once and kept nowhere, and its record
 * @throws HubgateError `not_found` for an unknown server
 */
export function issueShareCode(
  hub: HubContext,
  place: ServerPlace,
  { scopes, maker, expiresIn }: ShareCodeRequest,
): Promise<{ code: string; record: ShareCodeRecord }> {
  return change(hub, async () => {
    const on = await sharedServer(hub, place)
    const added = addedToServer(on)
    const code = randomSecret()
    const created = hub.clock.now()
    const expiresAt = created + seconds(expiresIn)
    const record: ShareCodeRecord = {
      id: recordId(newNumbers(hub, 1)[0] ?? 0),
      digest: sha256(code),
      ownerId: on.owner.value.id,
      server: on.name,
      scopes,
      maker,
      created,
      expiresAt,
      exchangeCount: 0,
      lastExchangedAt: null,
    }
    const { id, digest, ownerId, server } = record
    const set = [
      { key: keys.shareCode(digest), value: record, expiresAt },
      { key: keys.shareCodeOf(ownerId, server, id), value: { digest }, expiresAt },
    ]
    const { applied } = await hub.store.commit({
      check: [...added.check, ...set.map(({ key }) => ({ key, version: null }))],
      set: [...set, ...added.set],
    })
    return applied ? { code, record } : undefined
  })
}

/** The record of a code that somebody sent; undefined for an unknown, malformed or expired one. */
export async function readShareCode(
  hub: HubContext,
  code: string,
): Promise<Entry<ShareCodeRecord> | undefined> {
  if (!CODE.test(code)) return undefined
  const digest = sha256(code)
  const entry = await readEntry(hub, keys.shareCode(digest), shareCodeShape)
  if (entry === undefined) return undefined
  if (entry.value.digest !== digest) throw brokenRecord(hub, entry.key, ['digest: another'])
  return entry.value.expiresAt > hub.clock.now() ? entry : undefined
}

/** A share code as it is shown: never the code itself. */
export interface ShareCodeView {
  server: ServerView
  record: ShareCodeRecord
}

/** Share codes as they are shown, in their order. */
export async function viewShareCodes(
  hub: HubContext,
  codes: readonly ShareCodeRecord[],
): Promise<ShareCodeView[]> {
  const servers = await viewServers(hub, codes)
  return codes.flatMap((record, i) => {
    const server = servers[i]
    return server === undefined ? [] : [{ server, record }]
  })
}

/** A page of the share codes of an owner's servers, or of one of them, in the order of their making. */
export async function listShareCodes(
  hub: HubContext,
  of: { ownerId: string; server?: string | undefined },
  { offset, limit }: Range,
): Promise<{ items: ShareCodeView[]; total: number }> {
  const { ownerId, server } = of
  const prefix =
    server === undefined
      ? keys.shareCodesOfOwner(ownerId)
      : keys.shareCodesOfServer(ownerId, server)
  const index = await listEntries(hub, prefix, digestShape)
  const ordered = index.sort((a, b) => byCodePoint(a.key.at(-1) ?? '', b.key.at(-1) ?? ''))
  const wanted = ordered
    .slice(offset, offset + limit)
    .map(({ value }) => keys.shareCode(value.digest))
  const codes = (await readEntries(hub, wanted, shareCodeShape)).filter(
    (code) => code !== undefined,
  )
  const items = await viewShareCodes(
    hub,
    codes.map(({ value }) => value),
  )
  return { items, total: index.length }
}

/** Which of a server's codes are meant: one by itself or by its id, or all. */
export type CodeChoice = { code: string } | { id: string } | 'all'

interface Chosen {
  /** The entry that must not have changed when the code is taken away. */
  seen: Entry
  id: string
  digest: string
}

const indexed = (entry: Entry<{ digest: string }>): Chosen => {
  return { seen: entry, id: entry.key.at(-1) ?? '', digest: entry.value.digest }
}

async function chosen(
  hub: HubContext,
  { ownerId, server }: { ownerId: string; server: string },
  choice: CodeChoice,
): Promise<Chosen[]> {
  if (choice === 'all') {
    const index = await listEntries(hub, keys.shareCodesOfServer(ownerId, server), digestShape)
    return index.map(indexed)
  }
  if ('id' in choice) {
    const key = keys.shareCodeOf(ownerId, server, choice.id)
    const entry = await readEntry(hub, key, digestShape)
    return entry === undefined ? [] : [indexed(entry)]
  }
  const entry = await readShareCode(hub, choice.code)
  if (entry?.value.ownerId !== ownerId || entry.value.server !== server) return []
  return [{ seen: entry, id: entry.value.id, digest: entry.value.digest }]
}

/**
 * Ends codes of a server at once; what they gave stays.
 * @returns how many there were
 * @throws HubgateError `not_found` for an unknown server
 */
export async function revokeShareCodes(
  hub: HubContext,
  place: ServerPlace,
  choice: CodeChoice,
): Promise<number> {
  const done = await change(hub, async () => {
    const { owner } = await sharedServer(hub, place)
    const of = { ownerId: owner.value.id, server: place.server }
    const codes = await chosen(hub, of, choice)
    if (codes.length === 0) return { count: 0 }
    const { applied } = await hub.store.commit({
      check: codes.map(({ seen: { key, version } }) => ({ key, version })),
      delete: codes.flatMap(({ id, digest }) => [
        keys.shareCode(digest),
        keys.shareCodeOf(of.ownerId, of.server, id),
      ]),
    })
    return applied ? { count: codes.length } : undefined
  })
  return done.count
}
