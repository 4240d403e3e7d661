import { forwardAuthOf, mayUse } from '../../auth/forward-auth/may-use.ts'
import { listServices } from '../../hub/services/services.ts'
import { allows } from '../../model/allows.ts'
import type { Principal } from '../../model/principal.ts'
import { servicePrefix } from '../../model/service.ts'
import type { ServiceLink } from '../../views/home/service-list.ts'
import type { Visit } from '../visit.ts'

/** The services that pages list for a viewer: behind the gateway, to be listed, and open to them. */
export async function serviceLinks(
  { config, deps }: Visit,
  principal: Principal,
): Promise<ServiceLink[]> {
  const mayVisit = (name: string): boolean => {
    const guard = forwardAuthOf(config, name)
    if (guard !== undefined) return mayUse(principal, name, guard)
    return allows(principal.scopes, 'access:services', { service: name }) === 'yes'
  }
  const services = await listServices(deps.hub)
  return services
    .filter(({ display, name, url }) => display && url !== null && mayVisit(name))
    .map(({ name }) => ({ name, href: servicePrefix(config.base_url, name) }))
}
