import { isoTime } from '../../base/clock.ts'
import { clientName } from '../../hub/oauth/clients.ts'
import { isConfigToken, listTokens } from '../../hub/tokens/tokens.ts'
import { parseScope } from '../../model/parse-scope.ts'
import type { Principal } from '../../model/principal.ts'
import type { TokenRecord } from '../../model/token.ts'
import { SERVER_TOKEN_NOTE } from '../../model/token.ts'
import type { Application } from '../../views/tokens/application-list.ts'
import type { OwnToken, TokenOrigin } from '../../views/tokens/token-list.ts'
import type { Visit } from '../visit.ts'

/** The tokens that somebody has: their own, and those that applications hold in their name. */
export interface Belongings {
  tokens: readonly TokenRecord[]
  /** By the id of the OAuth client. */
  applications: ReadonlyMap<string, readonly TokenRecord[]>
}

/** All tokens of somebody; the newest first. */
export async function belongingsOf({ deps }: Visit, { id, name }: Principal): Promise<Belongings> {
  const all = await listTokens(deps.hub, { kind: 'user', id, name })
  const newestFirst = all.toSorted((a, b) => b.created - a.created)
  const issued = newestFirst.filter(({ client }) => client !== null)
  return {
    tokens: newestFirst.filter(({ client }) => client === null),
    applications: Map.groupBy(issued, ({ client }) => client ?? ''),
  }
}

function originOf({ deps }: Visit, record: TokenRecord): TokenOrigin {
  if (isConfigToken(deps.hub, record)) return 'config'
  return record.note.startsWith(SERVER_TOKEN_NOTE) ? 'server' : 'person'
}

/** Tokens as the list shows them, in their order. */
export async function shownTokens(
  visit: Visit,
  records: readonly TokenRecord[],
): Promise<OwnToken[]> {
  const used = await visit.deps.activity.lastOfMany(
    'token',
    records.map(({ id }) => id),
  )
  return records.map((record, i) => ({
    id: record.id,
    kind: record.kind,
    note: record.note,
    scopes: record.scopes,
    origin: originOf(visit, record),
    created: isoTime(record.created),
    lastUsed: isoTime(used[i] ?? null),
    expires: isoTime(record.expiresAt),
  }))
}

/** Every application knows who the viewer is: whether a scope tells it, or lets it do, more. */
function isMore(raw: string): boolean {
  const base = parseScope(raw)?.base
  return base !== 'read:users:name' && base !== 'read:users:groups'
}

/** The applications that hold tokens in somebody's name, as they are shown; the last used first. */
export async function shownApplications(
  visit: Visit,
  applications: Belongings['applications'],
): Promise<Application[]> {
  const { activity, hub } = visit.deps
  const shown = [...applications].map(async ([client, records]) => {
    const ids = records.map(({ id }) => id)
    const used = (await activity.lastOfMany('token', ids)).map((at) => at ?? 0)
    const last = Math.max(...used)
    // The newest: an older one may be of a run of the server that is over.
    const [newest] = records
    return {
      last,
      application: {
        client,
        name: newest === undefined ? client : await clientName(hub, newest),
        scopes: [...new Set(records.flatMap(({ scopes }) => scopes.filter(isMore)))],
        first: isoTime(Math.min(...records.map(({ created }) => created))),
        lastUsed: last === 0 ? null : isoTime(last),
      },
    }
  })
  const all = await Promise.all(shown)
  return all.sort((a, b) => b.last - a.last).map(({ application }) => application)
}
