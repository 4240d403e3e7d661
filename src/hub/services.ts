import type { Config, ServiceConfig } from '../config/schema.ts'
import type { Service } from '../model/service.ts'
import type { HubContext } from './context.ts'
import { keys } from './keys.ts'
import { byCodePoint } from './order.ts'
import { serviceShape } from './records.ts'
import { checkShape } from './shape.ts'
import type { KeyReader } from './users.ts'

function ofConfig(service: ServiceConfig): Service {
  return {
    id: service.name,
    name: service.name,
    admin: service.admin,
    url: null,
    info: service.info,
    display: service.display,
    oauthNoConfirm: false,
    oauthClientId: null,
    oauthRedirectUri: null,
    oauthClientAllowedScopes: [],
    source: 'config',
  }
}

/** The service of exactly this name as part of something that the cache keeps; the configuration's first. */
export async function serviceThrough(
  hub: HubContext,
  read: KeyReader,
  config: Config,
  name: string,
): Promise<Service | undefined> {
  const configured = config.services.find((service) => service.name === name)
  if (configured !== undefined) return ofConfig(configured)
  if (name === '') return undefined
  const key = keys.service(name)
  const value = await read.get(key)
  if (value === undefined) return undefined
  return { ...checkShape(hub, key, value, serviceShape), source: 'api' }
}

/** The service of exactly this name, through the cache: not to be changed. */
export function findService(hub: HubContext, name: string): Promise<Service | undefined> {
  return serviceThrough(hub, hub.cache, hub.snapshot().config, name)
}

/** All services, those of the configuration and those made over the API, by name. */
export async function listServices(hub: HubContext): Promise<Service[]> {
  const configured = hub.snapshot().config.services.map(ofConfig)
  const taken = new Set(configured.map(({ name }) => name))
  const stored = await hub.cache.list(keys.services())
  const made = stored.map((value): Service => {
    return { ...checkShape(hub, keys.services(), value, serviceShape), source: 'api' }
  })
  const all = [...configured, ...made.filter(({ name }) => !taken.has(name))]
  return all.sort((a, b) => byCodePoint(a.name, b.name))
}
