import { isReady } from '../../model/server.ts'
import type { Grantee, ShareRecord } from '../../model/share.ts'
import type { Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { byCodePoint } from '../order.ts'
import { nameShape, serverStateShape, sharePlaceShape, shareShape } from '../records.ts'
import { listEntries, readEntries } from '../shape.ts'
import type { NamedGrantee } from './share-ends.ts'

export interface Range {
  offset: number
  limit: number
}

/** A server as it is shown to those who may share or use it. */
export interface ServerView {
  owner: string
  /** Empty for the default server. */
  name: string
  ready: boolean
}

/** A share as it is shown: ids are names. */
export interface ShareView {
  server: ServerView
  grantee: NamedGrantee
  /** Without a filter. */
  scopes: readonly string[]
  /** Milliseconds since the epoch. */
  created: number
}

/** The names that ids stand for now, by the keys of their records. */
async function namesAt(hub: HubContext, wanted: readonly Key[]): Promise<(string | undefined)[]> {
  const entries = await readEntries(hub, wanted, nameShape)
  return entries.map((entry) => entry?.value.name)
}

/**
 * Servers as they are shown, in the order of the places.
 * @returns undefined where the owner is gone
 */
export async function viewServers(
  hub: HubContext,
  places: readonly { ownerId: string; server: string }[],
): Promise<(ServerView | undefined)[]> {
  const owners = await namesAt(
    hub,
    places.map(({ ownerId }) => keys.userById(ownerId)),
  )
  const wanted = places.map(({ server }, i) => keys.server(owners[i] ?? '', server))
  const servers = await readEntries(hub, wanted, serverStateShape)
  return places.map(({ server }, i) => {
    const [owner, state] = [owners[i], servers[i]]
    if (owner === undefined) return undefined
    return { owner, name: server, ready: state !== undefined && isReady(state.value) }
  })
}

const granteeKey = ({ kind, id }: Grantee): Key =>
  kind === 'user' ? keys.userById(id) : keys.groupById(id)

/** Shares as they are shown, in their order, without those that end at this moment. */
export async function viewShares(
  hub: HubContext,
  shares: readonly ShareRecord[],
): Promise<ShareView[]> {
  const servers = await viewServers(hub, shares)
  const names = await namesAt(
    hub,
    shares.map(({ grantee }) => granteeKey(grantee)),
  )
  return shares.flatMap(({ grantee: { kind }, scopes, created }, i) => {
    const [server, name] = [servers[i], names[i]]
    if (server === undefined || name === undefined) return []
    return [{ server, grantee: { kind, name }, scopes, created }]
  })
}

interface SharePage {
  items: ShareView[]
  /** How many there are on all pages. */
  total: number
}

async function pageOf(
  hub: HubContext,
  shares: readonly ShareRecord[],
  { offset, limit }: Range,
): Promise<SharePage> {
  const ordered = shares.toSorted((a, b) => byCodePoint(a.id, b.id))
  const items = await viewShares(hub, ordered.slice(offset, offset + limit))
  return { items, total: shares.length }
}

/** A page of the shares of an owner's servers, or of one of them, in the order of their making. */
export async function listShares(
  hub: HubContext,
  of: { ownerId: string; server?: string | undefined },
  range: Range,
): Promise<SharePage> {
  const { ownerId, server } = of
  const prefix =
    server === undefined ? keys.sharesOfOwner(ownerId) : keys.sharesOfServer(ownerId, server)
  const shares = await listEntries(hub, prefix, shareShape)
  return pageOf(
    hub,
    shares.map(({ value }) => value),
    range,
  )
}

/** A page of what is shared with any of these users and groups, in the order of its making. */
export async function listSharesWith(
  hub: HubContext,
  grantees: readonly Grantee[],
  range: Range,
): Promise<SharePage> {
  const wanted: Key[] = []
  for (const { kind, id } of grantees) {
    const places = await listEntries(hub, keys.sharesWith(kind, id), sharePlaceShape)
    wanted.push(...places.map(({ value }) => keys.share(value.ownerId, value.server, kind, id)))
  }
  const shares = (await readEntries(hub, wanted, shareShape)).filter((entry) => entry !== undefined)
  return pageOf(
    hub,
    shares.map(({ value }) => value),
    range,
  )
}
