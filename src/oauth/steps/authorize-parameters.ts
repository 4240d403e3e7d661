import { HubgateError } from '../../base/errors.ts'
import { readParameters } from './read-parameters.ts'

const NAMES = [
  'client_id',
  'response_type',
  'redirect_uri',
  'scope',
  'state',
  'response_mode',
  'code_challenge',
  'code_challenge_method',
] as const

/** What an authorization request asks for (wire-contract §6.2), as it was sent. */
export type AuthorizeParameters = Partial<Record<(typeof NAMES)[number], string>>

/**
 * First step: the request's parameters, each once.
 * @throws HubgateError `bad_request` for a parameter that is repeated
 */
export function authorizeParameters(query: URLSearchParams): AuthorizeParameters {
  const { values, doubled } = readParameters(query, NAMES)
  if (doubled !== undefined) {
    throw new HubgateError('bad_request', `Duplicate ${doubled} parameter.`)
  }
  return values
}
