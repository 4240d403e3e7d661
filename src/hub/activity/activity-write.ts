import type { ServerRecord } from '../../model/server.ts'
import { keyId } from '../../store/keys.ts'
import type { Check, Entry, Key } from '../../store/port.ts'
import type { CommitParts } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { activityShape, nameShape, serverStateShape } from '../records.ts'
import { readEntries } from '../shape.ts'

/** Whose activity it is. */
export type ActivityTarget =
  | { kind: 'user'; id: string }
  | { kind: 'token'; id: string }
  /** A sign-in, by its digest. */
  | { kind: 'session'; id: string }
  | { kind: 'server'; userId: string; server: string }

/** That something was active. */
export interface ActivityNote {
  target: ActivityTarget
  /** Milliseconds since the epoch. */
  at: number
}

/** Where the last activity is kept. */
export function activityKey(target: ActivityTarget): Key {
  switch (target.kind) {
    case 'user':
      return keys.userActivity(target.id)
    case 'token':
      return keys.tokenActivity(target.id)
    case 'session':
      return keys.sessionActivity(target.id)
    case 'server':
      return keys.serverActivity(target.userId, target.server)
  }
}

/** Entries of one read by their keys. */
class Read<Value> {
  readonly #found: ReadonlyMap<string, Entry<Value>>

  constructor(entries: readonly (Entry<Value> | undefined)[]) {
    const present = entries.filter((entry) => entry !== undefined)
    this.#found = new Map(present.map((entry) => [keyId(entry.key), entry]))
  }

  get(key: Key): Entry<Value> | undefined {
    return this.#found.get(keyId(key))
  }
}

const ownerId = (target: ActivityTarget): string | undefined => {
  if (target.kind === 'token' || target.kind === 'session') return undefined
  return target.kind === 'user' ? target.id : target.userId
}

/**
 * Tokens of the config map are in no store; those of the store, and sessions, have a record of activity
 * from their beginning.
 */
const isConfigToken = (target: ActivityTarget): boolean =>
  target.kind === 'token' && target.id.startsWith('c')

type Owners = Read<{ name: string }>
type Servers = Read<Pick<ServerRecord, 'userId'>>

function serverKey(target: ActivityTarget, owners: Owners): Key | undefined {
  if (target.kind !== 'server') return undefined
  const owner = owners.get(keys.userById(target.userId))
  return owner && keys.server(owner.value.name, target.server)
}

/**
 * What must still be there when the activity is written; undefined when it is gone, and its activity
 * must not come back.
 */
function anchors(
  target: ActivityTarget,
  before: Entry | undefined,
  owners: Owners,
  servers: Servers,
): Entry[] | undefined {
  if (target.kind === 'token' || target.kind === 'session')
    return before !== undefined || isConfigToken(target) ? [] : undefined
  const owner = owners.get(keys.userById(ownerId(target) ?? ''))
  if (owner === undefined) return undefined
  if (target.kind === 'user') return [owner]
  const key = serverKey(target, owners)
  const server = key && servers.get(key)
  return server?.value.userId === target.userId ? [owner, server] : undefined
}

/** What a commit takes along that makes its targets active: forward only. */
export async function activityParts(
  hub: HubContext,
  targets: readonly ActivityTarget[],
  at: number,
): Promise<CommitParts> {
  const present = await readEntries(hub, targets.map(activityKey), activityShape)
  const late = targets.flatMap((target, i) => {
    const before = present[i]
    return (before?.value.at ?? 0) < at ? [{ key: activityKey(target), before }] : []
  })
  return {
    check: late.map(({ key, before }) => ({ key, version: before?.version ?? null })),
    set: late.map(({ key, before }) => {
      return { key, value: { at }, expiresAt: before?.expiresAt ?? null }
    }),
  }
}

/**
 * Writes last activities in one commit: forward only, and only of what still exists.
 * @param notes one for each target at most
 * @throws HubgateError `unavailable` when the store does not answer
 */
export async function writeActivity(
  hub: HubContext,
  notes: readonly ActivityNote[],
): Promise<void> {
  const targets = notes.map(({ target }) => target)
  await change(hub, async () => {
    const ids = new Set(targets.map(ownerId).filter((id) => id !== undefined))
    const owners = new Read(
      await readEntries(
        hub,
        [...ids].map((id) => keys.userById(id)),
        nameShape,
      ),
    )
    const wanted = targets
      .map((target) => serverKey(target, owners))
      .filter((key) => key !== undefined)
    const servers = new Read(await readEntries(hub, wanted, serverStateShape))
    const present = await readEntries(hub, targets.map(activityKey), activityShape)
    const check = new Map<string, Check>()
    const set = notes.flatMap(({ target, at }, i) => {
      const before = present[i]
      const anchored = anchors(target, before, owners, servers)
      if (anchored === undefined || (before?.value.at ?? 0) >= at) return []
      for (const { key, version } of anchored) check.set(keyId(key), { key, version })
      const key = activityKey(target)
      check.set(keyId(key), { key, version: before?.version ?? null })
      return [{ key, value: { at }, expiresAt: before?.expiresAt ?? null }]
    })
    if (set.length === 0) return true
    const { applied } = await hub.store.commit({ check: [...check.values()], set })
    return applied ? true : undefined
  })
}
