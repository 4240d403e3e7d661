import type { Config, ForwardAuthConfig } from '../../config/schema.ts'
import { allows } from '../../model/allows.ts'
import { parseScope } from '../../model/parse-scope.ts'
import type { Principal } from '../../model/principal.ts'

/** The `forward_auth` of a service of the configuration; undefined when there is none. */
export function forwardAuthOf(config: Config, service: string): ForwardAuthConfig | undefined {
  return config.services.find(({ name }) => name === service)?.forward_auth
}

/** The scope that visitors of a service must hold, as it is written. */
export function requiredScope(service: string, { scope }: ForwardAuthConfig): string {
  return scope ?? `access:services!service=${service}`
}

/** Whether somebody holds the scope that a service asks for; a plain one for everything or this service. */
export function mayUse(
  { scopes }: Pick<Principal, 'scopes'>,
  service: string,
  config: ForwardAuthConfig,
): boolean {
  const required = parseScope(requiredScope(service, config))
  if (required === null) return false
  const { base, filter } = required
  const resource = filter === null ? { service } : { [filter.kind]: filter.name ?? service }
  return allows(scopes, base, resource) === 'yes'
}
