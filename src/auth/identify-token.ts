import { HubgateError } from '../base/errors.ts'
import type { HubContext } from '../hub/context.ts'
import { principalOfToken } from '../hub/identity/identity.ts'
import type { Principal } from '../model/principal.ts'

/** Whose request it is; nothing that this kind of credential can tell; or a credential that is no good. */
export type Identity =
  | { answer: 'principal'; principal: Principal }
  | { answer: 'not-mine' }
  | { answer: 'refused'; error: HubgateError }

const SCHEME = /^(?:token|bearer)(?:[ \t]|$)/i
const TOKEN = /^(?:token|bearer)[ \t]+(\S+)$/i

/**
 * Identifies the owner of the token in an `Authorization` header: `token` or `bearer` and one word
 * (wire-contract §2.1). Other schemes are not ours. A token that is malformed, unknown, expired or
 * revoked is refused, and must not fall back to a cookie (threats.md P22).
 */
export async function identifyToken(
  hub: HubContext,
  authorization: string | undefined,
): Promise<Identity> {
  if (authorization === undefined || !SCHEME.test(authorization)) return { answer: 'not-mine' }
  const token = TOKEN.exec(authorization)?.[1]
  const principal = token === undefined ? undefined : await principalOfToken(hub, token)
  return principal === undefined
    ? { answer: 'refused', error: new HubgateError('unauthenticated') }
    : { answer: 'principal', principal }
}
