import type { Config } from '../../config/schema.ts'
import type { Challenge } from '../../model/pkce.ts'
import { isChallengeMethod, isPkceWord } from '../../model/pkce.ts'
import { OAuthFault } from '../fault.ts'
import type { AuthorizeParameters } from './authorize-parameters.ts'

/**
 * Fifth step: PKCE (RFC 7636), which a client may leave out unless the configuration insists.
 * @throws OAuthFault `invalid_request`
 */
export function readChallenge(
  { oauth_require_pkce: isRequired }: Pick<Config, 'oauth_require_pkce'>,
  { code_challenge: value, code_challenge_method: method = 'plain' }: AuthorizeParameters,
): Challenge | null {
  if (value === undefined) {
    if (isRequired) throw new OAuthFault('invalid_request', 'Code challenge required.')
    return null
  }
  if (!isChallengeMethod(method)) {
    throw new OAuthFault('invalid_request', 'Transform algorithm not supported.')
  }
  if (!isPkceWord(value)) throw new OAuthFault('invalid_request', 'Code challenge is not valid.')
  return { method, value }
}
