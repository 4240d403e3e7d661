import { requiredScopes } from '../../hub/oauth/requested-scopes.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import { OAuthFault } from '../fault.ts'

/** What the form shows and sends: `inherit` is all there is to say (wire-contract §6.2). */
export function scopesToShow(scopes: readonly string[]): readonly string[] {
  return scopes.includes('inherit') ? ['inherit'] : scopes
}

/**
 * Last step of a consent: what the visitor left of what they were shown. The form can only take away
 * (threats P37); without any scope it means just knowing who the visitor is.
 * @param shown raw scopes that the visitor can give and the client may have
 * @throws OAuthFault `invalid_scope` for anything that was not shown
 */
export function consentedScopes(
  client: OAuthClient,
  shown: readonly string[],
  form: URLSearchParams,
): string[] {
  const required = requiredScopes(client)
  const offered = new Set([...shown, ...required])
  const chosen = form.getAll('scopes').filter((scope) => scope !== 'identify')
  if (chosen.some((scope) => !offered.has(scope))) throw new OAuthFault('invalid_scope')
  return [...new Set([...chosen, ...required])].sort()
}
