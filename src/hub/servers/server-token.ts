import { sha256 } from '../../base/hash.ts'
import { randomSecret, randomToken } from '../../base/random.ts'
import { serverClientId } from '../../model/oauth-client.ts'
import { parseScope } from '../../model/parse-scope.ts'
import { findRole } from '../../model/roles.ts'
import type { NotebookAuth, ServerRecord } from '../../model/server.ts'
import { fullName } from '../../model/server.ts'
import { serverPrefix } from '../../model/server-url.ts'
import type { TokenRecord } from '../../model/token.ts'
import { SERVER_TOKEN_NOTE, TOKEN_PREFIX } from '../../model/token.ts'
import type { Key } from '../../store/port.ts'
import type { CommitParts } from '../belongings.ts'
import type { HubContext } from '../context.ts'
import { newNumbers } from '../ids.ts'
import { keys } from '../keys.ts'
import { tokenShape } from '../records.ts'
import { tokenKeysOfClient } from '../tokens/revoke-tokens.ts'
import { placeOf, tokenKeys } from '../tokens/token-keys.ts'
import { tokenWrites } from '../tokens/token-writes.ts'

type Named = Pick<ServerRecord, 'user' | 'userId' | 'name'>

/** What makes a run recognizable, and what the commit that wishes for the run takes along. */
export interface RunSecret {
  auth: NotebookAuth
  secret: string
  parts: CommitParts
}

const MAY_REPORT = new Set(['users:activity', 'users:activity!user', 'inherit'])

/**
 * What a server's own token may do: what the role `server` says, and reporting activity in any case
 * (wire-contract §5.3). Doors of servers it does not open: it is a hub token.
 */
function scopesOf(hub: HubContext, { user, name }: Named): string[] {
  const raw = findRole(hub.snapshot().config.load_roles, 'server')?.scopes ?? []
  const scopes = raw
    .filter((scope) => parseScope(scope)?.base !== 'access:servers')
    .map((scope) => (scope.endsWith('!server') ? `${scope}=${fullName(user, name)}` : scope))
  return scopes.some((scope) => MAY_REPORT.has(scope)) ? scopes : ['users:activity!user', ...scopes]
}

function ownToken(hub: HubContext, server: Named): { secret: string; record: TokenRecord } {
  const secret = randomToken(TOKEN_PREFIX.hub)
  const { base_url } = hub.snapshot().config
  const record: TokenRecord = {
    id: `a${newNumbers(hub, 1).join('')}`,
    kind: 'hub',
    digest: sha256(secret),
    owner: { kind: 'user', name: server.user, id: server.userId },
    scopes: scopesOf(hub, server),
    note: SERVER_TOKEN_NOTE + serverPrefix(base_url, server.user, server.name),
    created: hub.clock.now(),
    expiresAt: null,
    client: null,
    clientInstance: null,
    session: null,
  }
  return { secret, record }
}

/**
 * The secret of a new run, by the configuration in force: with `notebook_auth: oauth` a hub token of
 * the server's own, to be written in the commit that wishes for the run.
 */
export function newRunSecret(hub: HubContext, server: Named): RunSecret {
  const auth = hub.snapshot().config.spawner.notebook_auth
  if (auth === 'gateway') return { auth, secret: randomSecret(), parts: { check: [], set: [] } }
  const { secret, record } = ownToken(hub, server)
  const set = tokenWrites(record)
  return { auth, secret, parts: { check: set.map(({ key }) => ({ key, version: null })), set } }
}

/** A token's keys, also when its record cannot be read. */
async function keysOfToken(hub: HubContext, digest: string): Promise<Key[]> {
  const key = keys.token(digest)
  const parsed = tokenShape.safeParse((await hub.store.get(key))?.value)
  return parsed.success ? tokenKeys(placeOf(parsed.data)) : [key]
}

/**
 * What the commit that ends a run deletes: the server's own token, and the tokens of those who signed
 * in to it. None of either outlives the run.
 */
export async function keysOfRun(hub: HubContext, server: ServerRecord): Promise<Key[]> {
  const { auth, secret, user, name } = server
  if (auth !== 'oauth' || secret === null) return []
  return [
    ...(await keysOfToken(hub, sha256(secret))),
    ...(await tokenKeysOfClient(hub, serverClientId(user, name))),
  ]
}
