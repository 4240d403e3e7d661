import { HubgateError } from '../../base/errors.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import type { AuthorizeParameters } from './authorize-parameters.ts'

/**
 * Third step: the redirect URI is the registered one, byte for byte (threats P34), or left out. From
 * here on errors are the client's to hear.
 * @throws HubgateError `bad_request`, which is shown here and never sent to any redirect URI
 */
export function checkRedirectUri(
  { redirectUri }: OAuthClient,
  { redirect_uri: sent = redirectUri }: AuthorizeParameters,
): void {
  if (sent !== redirectUri) throw new HubgateError('bad_request', 'Mismatching redirect URI.')
}
