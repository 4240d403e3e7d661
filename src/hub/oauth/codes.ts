import { seconds } from '../../base/clock.ts'
import { sha256 } from '../../base/hash.ts'
import { randomSecret } from '../../base/random.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import type { Challenge } from '../../model/pkce.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import type { SessionRecord } from '../records.ts'
import type { OAuthCodeRecord } from './code-record.ts'

/** How long a code can be exchanged, in milliseconds (wire-contract §6.3; threats P35). */
const CODE_MS = seconds(300)

/** What somebody who is signed in lets a client do. */
export interface Grant {
  client: OAuthClient
  session: Pick<SessionRecord, 'id' | 'sid' | 'userId'>
  challenge: Challenge | null
  /** Raw; never more than the one who grants may do. */
  scopes: readonly string[]
}

/**
 * Makes a code that the client exchanges for a token. Whether the grant may be made is the caller's
 * to check; what it rests on is looked at again when the code is exchanged.
 * @returns the code, which is kept nowhere
 */
export async function issueCode(hub: HubContext, grant: Grant): Promise<string> {
  const { client, session, challenge, scopes } = grant
  const code = randomSecret()
  const created = hub.clock.now()
  const record: OAuthCodeRecord = {
    digest: sha256(code),
    client: client.id,
    clientInstance: client.instance,
    redirectUri: client.redirectUri,
    challenge,
    userId: session.userId,
    sessionId: session.id,
    session: session.sid,
    scopes: [...scopes],
    created,
    expiresAt: created + CODE_MS,
    used: null,
  }
  const { digest, expiresAt } = record
  await hub.store.commit({ set: [{ key: keys.oauthCode(digest), value: record, expiresAt }] })
  return code
}
