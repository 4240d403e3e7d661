import { HubgateError } from '../../base/errors.ts'
import { constantTimeEqual, sha256 } from '../../base/hash.ts'
import type { Config } from '../../config/schema.ts'
import type { HubContext } from '../context.ts'
import type { SessionRecord } from '../records.ts'
import { sessionShape } from '../records.ts'
import { checkShape } from '../shape.ts'
import { endSessions } from './session-ends.ts'

/** Hex digits: enough to see a change. */
const MARK_LENGTH = 8

/**
 * What a session keeps of the authenticator and its secret, to be over when they change (threats.md
 * P32): another one for each session, and not the secret. A password that was made up because the
 * config has none counts as none, so it ends nobody's session.
 */
export function authenticatorMark({ authenticator }: Config, sessionId: string): string {
  const { kind, password = '' } = authenticator
  return sha256(JSON.stringify([sessionId, kind, password])).slice(0, MARK_LENGTH)
}

/** Whether somebody signed in with what no longer lets anybody in. */
export function isOutdated(
  config: Config,
  { id, mark }: Pick<SessionRecord, 'id' | 'mark'>,
): boolean {
  return mark !== null && !constantTimeEqual(mark, authenticatorMark(config, id))
}

/** What a broken record is in the way of is left undone: it is in the log, and it opens nothing. */
async function unlessBroken<Value>(otherwise: Value, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof HubgateError && error.code === 'internal') return otherwise
    throw error
  }
}

/** Whose sessions are outdated, by their ids. */
async function ownersOfOutdated(hub: HubContext, config: Config): Promise<Set<string>> {
  const owners = new Set<string>()
  for (const { key, value } of await hub.store.list(['session'])) {
    const session = await unlessBroken(undefined, async () =>
      checkShape(hub, key, value, sessionShape),
    )
    if (session !== undefined && isOutdated(config, session)) owners.add(session.userId)
  }
  return owners
}

/**
 * Ends all sessions that are outdated, with what hangs on them. They open nothing from the moment in
 * which the configuration is in force; this takes the tokens away that OAuth clients were given in them.
 * @returns how many
 */
export async function endOutdatedSessions(hub: HubContext): Promise<number> {
  const { config } = hub.snapshot()
  let count = 0
  for (const userId of await ownersOfOutdated(hub, config)) {
    count += await unlessBroken(0, () =>
      endSessions(hub, userId, (session) => isOutdated(config, session)),
    )
  }
  if (count > 0) hub.log.info({ event: 'session.outdated', count }, 'the authenticator has changed')
  return count
}
