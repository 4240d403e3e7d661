import { OAuthFault } from '../fault.ts'
import type { TokenParameters } from './token-parameters.ts'

/**
 * Second step: a code is what there is to exchange.
 * @returns the code
 * @throws OAuthFault `unsupported_grant_type`, `invalid_request`
 */
export function checkGrantType({ grant_type: type, code }: TokenParameters): string {
  if (type !== 'authorization_code') throw new OAuthFault('unsupported_grant_type')
  if (code === undefined) throw new OAuthFault('invalid_request', 'Missing code parameter.')
  return code
}
