import type { ShareCodeRecord } from '../../model/share-code.ts'
import type { UserRecord } from '../../model/user.ts'
import type { Entry } from '../../store/port.ts'
import { sameUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { ownerNow } from '../identity/owners.ts'
import { keys } from '../keys.ts'
import { nameShape } from '../records.ts'
import { readEntry } from '../shape.ts'
import type { ShareCodeView } from './share-codes.ts'
import { readShareCode, viewShareCodes } from './share-codes.ts'
import { findSharedServer } from './share-ends.ts'
import { firstNotHeld } from './share-grants.ts'
import { grantOf } from './shares.ts'

/** What becomes of a share code that somebody has. */
export type ShareOffer =
  /** It gives them access, or has just done so. */
  | { answer: 'share'; offer: ShareCodeView }
  /** Unknown, expired, revoked, or made by somebody who may not give that any more. */
  | { answer: 'unknown' }
  /** The server is their own. */
  | { answer: 'own' }

const UNKNOWN: ShareOffer = { answer: 'unknown' }

/** The name of a maker of codes now, by their id; undefined when they are gone. */
async function nameOf(hub: HubContext, { maker }: ShareCodeRecord): Promise<string | undefined> {
  if (maker.kind === 'service') return maker.name
  return (await readEntry(hub, keys.userById(maker.id), nameShape))?.value.name
}

/**
 * Whether the maker of a code may still give what it gives: a code is a gift that was not handed over
 * yet, and nobody gives what they do not hold (threats P24, P26).
 */
async function mayStillGive(hub: HubContext, { server, record }: ShareCodeView): Promise<boolean> {
  const name = await nameOf(hub, record)
  if (name === undefined) return false
  const { kind, id } = record.maker
  const maker = await ownerNow(hub, hub.cache, hub.snapshot().config, { kind, name })
  if (maker?.id !== id) return false
  const place = { owner: server.owner, server: server.name }
  const needed = ['shares', ...record.scopes]
  return (await firstNotHeld(hub, maker.scopes, place, needed)) === undefined
}

/** A code with what it offers to a user, as it is in the store. */
async function offerOf(
  hub: HubContext,
  code: string,
  userId: string,
): Promise<{ entry: Entry<ShareCodeRecord>; found: ShareOffer } | undefined> {
  const entry = await readShareCode(hub, code)
  if (entry === undefined) return undefined
  const [offer] = await viewShareCodes(hub, [entry.value])
  if (offer === undefined) return undefined
  if (entry.value.ownerId === userId) return { entry, found: { answer: 'own' } }
  if (!(await mayStillGive(hub, offer))) return undefined
  return { entry, found: { answer: 'share', offer } }
}

/** What a code offers to a user; nothing is changed. */
export async function findShareOffer(
  hub: HubContext,
  code: string,
  user: Pick<UserRecord, 'id'>,
): Promise<ShareOffer> {
  return (await offerOf(hub, code, user.id))?.found ?? UNKNOWN
}

/**
 * Gives a user the share that a code stands for, in one commit with its count. A code is good for any
 * number of exchanges until it expires; doing it again counts, and changes nothing else.
 * @throws HubgateError `not_found` when the user is gone
 */
export function exchangeShareCode(
  hub: HubContext,
  code: string,
  user: Pick<UserRecord, 'id' | 'name'>,
): Promise<ShareOffer> {
  return change(hub, async () => {
    const held = await offerOf(hub, code, user.id)
    if (held?.found.answer !== 'share') return held?.found ?? UNKNOWN
    const { entry, found } = held
    const { owner, name } = found.offer.server
    const on = await findSharedServer(hub, { owner, server: name })
    // The owner was renamed just now, or the server went, and the code with it: look again.
    if (on?.owner.value.id !== entry.value.ownerId) return undefined
    const to = { kind: 'user', entry: await sameUser(hub, user) } as const
    const { parts } = await grantOf(hub, on, to, entry.value.scopes)
    const { exchangeCount } = entry.value
    const counted: ShareCodeRecord = {
      ...entry.value,
      exchangeCount: exchangeCount + 1,
      lastExchangedAt: hub.clock.now(),
    }
    const { applied } = await hub.store.commit({
      check: [...parts.check, { key: entry.key, version: entry.version }],
      set: [...parts.set, { key: entry.key, value: counted, expiresAt: entry.expiresAt }],
    })
    return applied ? found : undefined
  })
}
