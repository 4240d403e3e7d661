import { OAuthFault } from '../fault.ts'
import type { AuthorizeParameters } from './authorize-parameters.ts'

/**
 * Fourth step: a code is what there is to ask for, and the query is where it goes.
 * @throws OAuthFault `invalid_request`, `unsupported_response_type`
 */
export function checkResponseType({
  response_type: type,
  response_mode: mode = 'query',
}: AuthorizeParameters): void {
  if (type === undefined)
    throw new OAuthFault('invalid_request', 'Missing response_type parameter.')
  if (type !== 'code') throw new OAuthFault('unsupported_response_type')
  if (mode !== 'query') throw new OAuthFault('invalid_request', 'Unsupported response mode.')
}
