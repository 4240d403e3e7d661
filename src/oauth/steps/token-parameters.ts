import { readText } from '../../pages/form.ts'
import { OAuthFault } from '../fault.ts'
import { readParameters } from './read-parameters.ts'

const NAMES = [
  'grant_type',
  'code',
  'redirect_uri',
  'client_id',
  'client_secret',
  'code_verifier',
  'scope',
] as const

/** What a client sends to exchange a code (wire-contract §6.3). */
export type TokenParameters = Partial<Record<(typeof NAMES)[number], string>>

/**
 * First step: the form's parameters, each once. Nothing may stand in the URL, where logs keep it
 * (threats P38).
 * @throws OAuthFault `invalid_request`; `unsupported_grant_type` for a body that is no form
 * @throws HubgateError `payload_too_large`
 */
export async function tokenParameters(request: Request): Promise<TokenParameters> {
  if (new URL(request.url).search !== '') {
    throw new OAuthFault('invalid_request', 'URL query parameters are not allowed')
  }
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') throw new OAuthFault('unsupported_grant_type')
  const { values, doubled } = readParameters(new URLSearchParams(await readText(request)), NAMES)
  if (doubled !== undefined) {
    throw new OAuthFault('invalid_request', `Duplicate ${doubled} parameter.`)
  }
  return values
}
