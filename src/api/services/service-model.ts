import { allows } from '../../model/allows.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { Service } from '../../model/service.ts'

/** JupyterHub's service model as far as the scopes show it (wire-contract §1.11). */
export function serviceModel(
  service: Service,
  roles: readonly string[],
  scopes: ScopeSet,
): Record<string, unknown> {
  const holds = (scope: string) => allows(scopes, scope, { service: service.name }) === 'yes'
  const details = {
    url: service.url,
    prefix: '',
    command: [],
    pid: 0,
    info: service.info,
    display: service.display,
  }
  return {
    kind: 'service',
    name: service.name,
    admin: service.admin,
    ...(holds('read:services') ? details : {}),
    ...(holds('read:roles:services') ? { roles } : {}),
  }
}
