import { listScopes } from '../../model/list-scopes.ts'
import { parseScope } from '../../model/parse-scope.ts'
import type { Principal } from '../../model/principal.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { TokenKind } from '../../model/token.ts'
import type { UserRecord } from '../../model/user.ts'
import type { Call } from '../route.ts'

/** Whether a credential grows with its owner: a sign-in, or a token that inherits. */
function inherits({ credential }: Principal): boolean {
  return credential.type === 'token' ? credential.inherits : credential.type === 'session'
}

/** Whether the principal may make a token that will allow whatever its owner may do later on. */
function mayPassOn(principal: Principal, owner: UserRecord): boolean {
  const isOwner = principal.kind === 'user' && principal.id === owner.id
  return (isOwner || principal.admin) && inherits(principal)
}

/** The owner's own things by `!user`, so that they stay theirs under another name. */
function ownFilter(owner: UserRecord): (scope: string) => string {
  return (scope) => {
    const { base, filter } = parseScope(scope) ?? {}
    return filter?.kind === 'user' && filter.name === owner.name ? `${base}!user` : scope
  }
}

/**
 * The raw scopes to store. `inherit` would grow: by a role that the owner is given later the token
 * would allow what nobody who made it ever held (threats P24). So only owners and admins pass it on,
 * with a credential that grows itself; from others the token gets what the owner may do now.
 * @param given what the token is to allow, which its maker holds
 */
export function lastingScopes(
  { principal }: Call,
  owner: UserRecord,
  raw: readonly string[],
  given: ScopeSet,
): { scopes: readonly string[]; kind?: TokenKind } {
  if (!raw.includes('inherit') || mayPassOn(principal, owner)) return { scopes: raw }
  const named = raw.filter((scope) => scope !== 'inherit')
  return { scopes: [...named, ...listScopes(given).map(ownFilter(owner))], kind: 'hub' }
}
