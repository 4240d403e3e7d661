import { oauthClient } from '../../hub/oauth/clients.ts'
import type { Visit } from '../visit.ts'

/**
 * Where a sign-in leads that an OAuth client asked for: the hub may send the browser on to the client
 * without another page, and browsers hold such redirects to the policy of the page with the form.
 * @param next as a checked path
 * @returns the client's redirect URI; empty when no client asked
 */
export async function leadsTo({ deps, hubPath, origin }: Visit, next: string): Promise<string> {
  const url = URL.parse(next, origin)
  if (url?.pathname !== `${hubPath}api/oauth2/authorize`) return ''
  const id = url.searchParams.get('client_id') ?? ''
  return (await oauthClient(deps.hub, id))?.redirectUri ?? ''
}
