import { serviceOrigin } from '../hub/services/service-url.ts'
import type { Service } from '../model/service.ts'
import { servicePrefix } from '../model/service.ts'
import type { Route } from './route.ts'

/**
 * The route to a service, or null when it is not behind the gateway. It knows its visitors by their
 * own credentials, not by a secret of the gateway's (wire-contract §7).
 * @param baseUrl begins and ends with `/`
 */
export function serviceRoute(
  { id, name, url, oauthClientId }: Pick<Service, 'id' | 'name' | 'url' | 'oauthClientId'>,
  baseUrl: string,
): Route | null {
  const origin = url === null ? null : serviceOrigin(url)
  if (origin === null) return null
  return {
    service: { name, clientId: oauthClientId },
    user: '',
    userId: '',
    server: '',
    // No server has such a name: theirs have a slash in it.
    fullName: `service:${name}`,
    runId: id,
    url: origin,
    prefix: servicePrefix(baseUrl, name),
    auth: 'oauth',
    secret: '',
    key: `service ${id} ${origin} ${oauthClientId ?? ''}`,
  }
}
