import type { Commit, Entry, Key, Write } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { digestShape, shareCodeShape, sharePlaceShape, shareShape } from '../records.ts'
import { listEntries, readEntries } from '../shape.ts'

/*
 * What is shared goes with its owner, its server and its grantee. Whoever takes one of them down
 * reads its belongings before these keys and checks them in the same commit (see belongings.ts): a
 * share or a code that is made meanwhile begins that commit anew.
 */

type Parts = Required<Pick<Commit, 'check' | 'set' | 'delete'>>

/** Shares of one server or of all of an owner, with their index. */
async function keysOfShares(hub: HubContext, prefix: Key): Promise<Key[]> {
  const shares = await listEntries(hub, prefix, shareShape)
  return shares.flatMap(({ key, value: { grantee, ownerId, server } }) => [
    key,
    keys.shareWith(grantee.kind, grantee.id, ownerId, server),
  ])
}

/** Share codes of one server or of all of an owner, with their index. */
async function keysOfCodes(hub: HubContext, prefix: Key): Promise<Key[]> {
  const codes = await listEntries(hub, prefix, digestShape)
  return codes.flatMap(({ key, value }) => [key, keys.shareCode(value.digest)])
}

/** The keys of all shares and share codes of a server, for the commit that removes it. */
export async function sharedOfServer(
  hub: HubContext,
  ownerId: string,
  server: string,
): Promise<Key[]> {
  const shares = await keysOfShares(hub, keys.sharesOfServer(ownerId, server))
  return [...shares, ...(await keysOfCodes(hub, keys.shareCodesOfServer(ownerId, server)))]
}

/** The keys of all that an owner shares, for the commit that deletes them. */
export async function sharedOfOwner(hub: HubContext, ownerId: string): Promise<Key[]> {
  const shares = await keysOfShares(hub, keys.sharesOfOwner(ownerId))
  return [...shares, ...(await keysOfCodes(hub, keys.shareCodesOfOwner(ownerId)))]
}

/** The keys of all that is shared with a user or group, for the commit that deletes them. */
export async function sharedWith(
  hub: HubContext,
  kind: 'user' | 'group',
  id: string,
): Promise<Key[]> {
  const index = await listEntries(hub, keys.sharesWith(kind, id), sharePlaceShape)
  return index.flatMap(({ key, value: { ownerId, server } }) => [
    key,
    keys.share(ownerId, server, kind, id),
  ])
}

const unchanged = ({ key, version }: Entry) => ({ key, version })

/**
 * What a commit that gives a server another name takes along, so that its shares and codes stay with
 * it: who may use it, since when, and codes that were handed out. The caller checks the owner's
 * belongings, read before.
 */
export async function sharedMoving(
  hub: HubContext,
  ownerId: string,
  from: string,
  to: string,
): Promise<Parts> {
  const shares = await listEntries(hub, keys.sharesOfServer(ownerId, from), shareShape)
  const index = await listEntries(hub, keys.shareCodesOfServer(ownerId, from), digestShape)
  const wanted = index.map(({ value }) => keys.shareCode(value.digest))
  const codes = (await readEntries(hub, wanted, shareCodeShape)).filter(
    (code) => code !== undefined,
  )
  const set: Write[] = [
    ...shares.flatMap(({ value }) => {
      const { kind, id } = value.grantee
      return [
        { key: keys.share(ownerId, to, kind, id), value: { ...value, server: to } },
        { key: keys.shareWith(kind, id, ownerId, to), value: { ownerId, server: to } },
      ]
    }),
    ...codes.flatMap(({ key, value, expiresAt }) => [
      { key, value: { ...value, server: to }, expiresAt },
      {
        key: keys.shareCodeOf(ownerId, to, value.id),
        value: { digest: value.digest },
        expiresAt,
      },
    ]),
  ]
  return {
    // What is revoked or exchanged meanwhile must not be written again as it was.
    check: [...shares, ...codes].map(unchanged),
    set,
    delete: [
      ...shares.flatMap(({ key, value: { grantee } }) => [
        key,
        keys.shareWith(grantee.kind, grantee.id, ownerId, from),
      ]),
      ...index.map(({ key }) => key),
    ],
  }
}
