import { seconds } from '../../base/clock.ts'
import { constantTimeEqual, sha256 } from '../../base/hash.ts'
import { randomToken } from '../../base/random.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import { challengeOf, isPkceWord } from '../../model/pkce.ts'
import type { TokenRecord } from '../../model/token.ts'
import { TOKEN_PREFIX } from '../../model/token.ts'
import { tokenKindOf } from '../../model/token-kind.ts'
import type { UserRecord } from '../../model/user.ts'
import type { Entry } from '../../store/port.ts'
import { addedToUser } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { newNumbers } from '../ids.ts'
import { keys } from '../keys.ts'
import type { SessionRecord } from '../records.ts'
import { nameShape, sessionShape, userShape } from '../records.ts'
import { readEntry } from '../shape.ts'
import { placeOf, tokenKeys } from '../tokens/token-keys.ts'
import { tokenWrites } from '../tokens/token-writes.ts'
import type { OAuthCodeRecord } from './code-record.ts'
import { oauthCodeShape } from './code-record.ts'

/** What an authenticated client sends to get its token. */
export interface ExchangeRequest {
  client: OAuthClient
  code: string
  redirectUri: string | undefined
  verifier: string | undefined
}

export type Exchange =
  | { answer: 'issued'; token: string; record: TokenRecord & { expiresAt: number } }
  /** RFC 6749 §5.2; the code, unless it was used before, can still be exchanged. */
  | { answer: 'refused'; error: 'invalid_grant' | 'invalid_request'; description?: string }

/** What `randomSecret` makes; nothing else is worth a look. */
const CODE = /^[A-Za-z0-9_-]{43}$/

const INVALID: Exchange = { answer: 'refused', error: 'invalid_grant' }

const invalidRequest = (description: string): Exchange => {
  return { answer: 'refused', error: 'invalid_request', description }
}

/**
 * Why the one who sends a code is not the one who began the sign-in; undefined when they are. A
 * verifier without a challenge is refused: somebody may have taken the challenge away (threats P36).
 */
function verifierFault(
  hub: HubContext,
  { challenge }: OAuthCodeRecord,
  verifier: string | undefined,
): Exchange | undefined {
  if (challenge === null) {
    const isNeeded = hub.snapshot().config.oauth_require_pkce
    if (isNeeded && verifier === undefined) return invalidRequest('Code verifier required.')
    return isNeeded || verifier !== undefined ? INVALID : undefined
  }
  if (verifier === undefined) return invalidRequest('Code verifier required.')
  const expected = isPkceWord(verifier) ? challengeOf(challenge.method, verifier) : ''
  return constantTimeEqual(expected, challenge.value) ? undefined : INVALID
}

function redirectFault(
  { redirectUri: registered }: OAuthCodeRecord,
  { client, redirectUri = client.redirectUri }: ExchangeRequest,
): Exchange | undefined {
  return redirectUri === registered && redirectUri === client.redirectUri
    ? undefined
    : invalidRequest('Mismatching redirect URI.')
}

/** What a grant rests on, and must still be there. */
interface Basis {
  session: Entry<SessionRecord>
  user: Entry<UserRecord>
}

async function basisOf(hub: HubContext, code: OAuthCodeRecord): Promise<Basis | undefined> {
  const session = await readEntry(hub, keys.session(code.sessionId), sessionShape)
  if (session === undefined || session.value.expiresAt <= hub.clock.now()) return undefined
  if (session.value.userId !== code.userId || session.value.sid !== code.session) return undefined
  const place = await readEntry(hub, keys.userById(code.userId), nameShape)
  if (place === undefined) return undefined
  const user = await readEntry(hub, keys.user(place.value.name), userShape)
  return user?.value.id === code.userId ? { session, user } : undefined
}

/** A token ends with the sign-in in which it was granted, if not before. */
function expiryOf(hub: HubContext, { session }: Basis): number {
  const lifetime = seconds(hub.snapshot().config.oauth_token_expires_in)
  return Math.min(hub.clock.now() + lifetime, session.value.expiresAt)
}

function newToken(
  hub: HubContext,
  code: OAuthCodeRecord,
  basis: Basis,
): { token: string; record: TokenRecord & { expiresAt: number } } {
  const { id, name } = basis.user.value
  const { client, clientInstance, scopes, session } = code
  const kind = tokenKindOf(scopes)
  const token = randomToken(TOKEN_PREFIX[kind])
  const record = {
    id: `a${newNumbers(hub, 1).join('')}`,
    kind,
    digest: sha256(token),
    owner: { kind: 'user' as const, name, id },
    scopes,
    note: '',
    created: hub.clock.now(),
    expiresAt: expiryOf(hub, basis),
    client,
    clientInstance,
    session,
  }
  return { token, record }
}

/** @returns undefined when something changed in between */
async function issue(
  hub: HubContext,
  entry: Entry<OAuthCodeRecord>,
  basis: Basis,
): Promise<Exchange | undefined> {
  const { token, record } = newToken(hub, entry.value, basis)
  const { expiresAt } = record
  const added = addedToUser(basis.user)
  const { session } = basis
  const used: OAuthCodeRecord = { ...entry.value, used: placeOf(record) }
  const tokens = tokenWrites(record)
  const { applied } = await hub.store.commit({
    check: [
      { key: entry.key, version: entry.version },
      { key: session.key, version: session.version },
      ...added.check,
      ...tokens.map(({ key }) => ({ key, version: null })),
    ],
    set: [{ key: entry.key, value: used, expiresAt }, ...tokens, ...added.set],
  })
  return applied ? { answer: 'issued', token, record } : undefined
}

/** Somebody has a code that was for one use: what came of it ends (RFC 6749 §4.1.2). */
async function endUsed(
  hub: HubContext,
  { client, userId }: OAuthCodeRecord,
  used: NonNullable<OAuthCodeRecord['used']>,
): Promise<Exchange> {
  await hub.store.commit({ delete: tokenKeys(used) })
  hub.log.warn({ event: 'oauth.code_reused', client, userId }, 'an OAuth code was used twice')
  return INVALID
}

async function tryExchange(
  hub: HubContext,
  request: ExchangeRequest,
): Promise<Exchange | undefined> {
  const { client, code, verifier } = request
  const entry = await readEntry(hub, keys.oauthCode(sha256(code)), oauthCodeShape)
  if (entry === undefined) return INVALID
  const { value } = entry
  if (value.client !== client.id || value.clientInstance !== client.instance) return INVALID
  if (value.used !== null) return endUsed(hub, value, value.used)
  if (value.expiresAt <= hub.clock.now()) return INVALID
  const fault = verifierFault(hub, value, verifier) ?? redirectFault(value, request)
  if (fault !== undefined) return fault
  const basis = await basisOf(hub, value)
  return basis === undefined ? INVALID : issue(hub, entry, basis)
}

/**
 * Exchanges a code for a token of who granted it, once: the token is written in the same commit that
 * marks the code as used. Of several who send it at the same time one gets the token, and the others
 * end it, for nobody can tell which of them is the thief (threats P35).
 */
export async function exchangeCode(hub: HubContext, request: ExchangeRequest): Promise<Exchange> {
  if (!CODE.test(request.code)) return INVALID
  return change(hub, () => tryExchange(hub, request))
}
