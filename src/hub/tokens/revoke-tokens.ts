import type { Key } from '../../store/port.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { tokenKeys, tokenPlaces } from './token-keys.ts'

/**
 * Every key of the tokens that an OAuth client was issued, for a commit that ends the client. What is
 * issued to it in between is dead by itself: it was issued to an instance that is no more.
 */
export async function tokenKeysOfClient(hub: HubContext, clientId: string): Promise<Key[]> {
  return (await tokenPlaces(hub, keys.tokensOfClient(clientId))).flatMap(tokenKeys)
}

/**
 * Every key of the tokens that were granted in a sign-in, for the commit that ends it. That one must
 * check that nothing was added to the user since (see belongings.ts): a token that is being issued
 * adds to them.
 * @param sessionId the public id
 */
export async function tokenKeysOfSession(hub: HubContext, sessionId: string): Promise<Key[]> {
  return (await tokenPlaces(hub, keys.tokensOfSession(sessionId))).flatMap(tokenKeys)
}

/** Ends every token that an OAuth client was issued. */
export async function revokeTokensOfClient(hub: HubContext, clientId: string): Promise<void> {
  const gone = await tokenKeysOfClient(hub, clientId)
  if (gone.length > 0) await hub.store.commit({ delete: gone })
}

/**
 * Ends every token that was granted in a sign-in.
 * @param sessionId the public id
 */
export async function revokeTokensOfSession(hub: HubContext, sessionId: string): Promise<void> {
  const gone = await tokenKeysOfSession(hub, sessionId)
  if (gone.length > 0) await hub.store.commit({ delete: gone })
}
