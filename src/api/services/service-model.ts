import { configuredRoles } from '../../hub/identity/owner-scopes.ts'
import { processOf } from '../../hub/services/services.ts'
import { allows } from '../../model/allows.ts'
import { rolesOfService } from '../../model/roles.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { Service } from '../../model/service.ts'
import { servicePrefix } from '../../model/service.ts'
import type { ApiDeps } from '../deps.ts'

/** JupyterHub's service model as far as the scopes show it (wire-contract §1.11). */
export async function serviceModel(
  { hub }: Pick<ApiDeps, 'hub'>,
  scopes: ScopeSet,
  service: Service,
): Promise<Record<string, unknown>> {
  const { config } = hub.snapshot()
  const { name, admin, url, info, display, command } = service
  const holds = (scope: string) => allows(scopes, scope, { service: name }) === 'yes'
  const prefix = url === null ? '' : servicePrefix(config.base_url, name)
  return {
    kind: 'service',
    name,
    admin,
    ...(holds('read:services')
      ? { url: url ?? '', prefix, command, pid: await processOf(hub, service), info, display }
      : {}),
    ...(holds('read:roles:services')
      ? { roles: rolesOfService(configuredRoles(config), service) }
      : {}),
  }
}
