import type { OAuthClient } from '../../model/oauth-client.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { tokenShape } from '../records.ts'
import { readEntries } from '../shape.ts'
import { tokenPlaces } from '../tokens/token-keys.ts'

/** The raw scopes that a user's tokens of a client have together, as long as they last. */
export async function grantedScopes(
  hub: HubContext,
  client: Pick<OAuthClient, 'id' | 'instance'>,
  userId: string,
): Promise<ReadonlySet<string>> {
  const places = await tokenPlaces(hub, keys.tokensOf('user', userId))
  const theirs = places.filter((place) => place.client === client.id)
  const digests = theirs.map(({ digest }) => keys.token(digest))
  const tokens = await readEntries(hub, digests, tokenShape)
  const granted = new Set<string>()
  for (const token of tokens) {
    if (token?.value.clientInstance !== client.instance) continue
    for (const scope of token.value.scopes) granted.add(scope)
  }
  return granted
}
