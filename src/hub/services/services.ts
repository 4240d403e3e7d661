import { HubgateError } from '../../base/errors.ts'
import type { Config, ServiceConfig } from '../../config/schema.ts'
import type { Service, ServiceRecord } from '../../model/service.ts'
import {
  defaultClientId,
  defaultRedirectUri,
  SERVICE_NAME,
  STANDARD_TIMEOUT,
} from '../../model/service.ts'
import { isOAuthClient } from '../../model/service-fault.ts'
import type { TokenOwner } from '../../model/token.ts'
import type { Entry } from '../../store/port.ts'
import type { CommitParts } from '../belongings.ts'
import type { HubContext } from '../context.ts'
import { configuredRoles } from '../identity/owner-scopes.ts'
import { keys } from '../keys.ts'
import { byCodePoint } from '../order.ts'
import { managedServiceShape, serviceShape } from '../records.ts'
import { brokenRecord, checkShape, readEntry } from '../shape.ts'
import type { KeyReader } from '../users/users.ts'

/** The services that the configuration makes admins by its role `admin`. */
function adminServices(config: Config): readonly string[] {
  return configuredRoles(config).find((role) => role.name === 'admin')?.services ?? []
}

/** A service of the configuration; an OAuth client when it has a url or any key of OAuth (§6.1). */
export function ofConfig(config: Config, service: ServiceConfig): Service {
  const { name, oauth_no_confirm: oauthNoConfirm } = service
  const url = service.url ?? null
  const oauthClientId = service.oauth_client_id ?? null
  const oauthRedirectUri = service.oauth_redirect_uri ?? null
  const isClient = isOAuthClient({ url, oauthClientId, oauthRedirectUri, oauthNoConfirm })
  const standard = url === null ? null : defaultRedirectUri(config.base_url, name)
  return {
    id: name,
    name,
    admin: service.admin || adminServices(config).includes(name),
    url,
    info: service.info,
    display: service.display,
    oauthNoConfirm,
    oauthClientId: isClient ? (oauthClientId ?? defaultClientId(name)) : null,
    oauthRedirectUri: oauthRedirectUri ?? standard,
    oauthClientAllowedScopes: [...new Set(service.oauth_client_allowed_scopes)],
    command: service.command,
    timeout: service.timeout,
    source: 'config',
  }
}

/** A service that was made over the API, under the configuration in force. */
export function ofRecord(config: Config, record: ServiceRecord): Service {
  const { name, url, oauthRedirectUri } = record
  const standard = url === null ? null : defaultRedirectUri(config.base_url, name)
  return {
    ...record,
    oauthRedirectUri: oauthRedirectUri ?? standard,
    command: [],
    timeout: STANDARD_TIMEOUT,
    source: 'api',
  }
}

/** Whether the configuration has a service of this name; it wins over one made over the API. */
export function isConfigured(config: Config, name: string): boolean {
  return config.services.some((service) => service.name === name)
}

/** The service of exactly this name as part of something that the cache keeps; the configuration's first. */
export async function serviceThrough(
  hub: HubContext,
  read: KeyReader,
  config: Config,
  name: string,
): Promise<Service | undefined> {
  const configured = config.services.find((service) => service.name === name)
  if (configured !== undefined) return ofConfig(config, configured)
  if (!SERVICE_NAME.test(name)) return undefined
  const key = keys.service(name)
  const value = await read.get(key)
  if (value === undefined) return undefined
  const record = checkShape(hub, key, value, serviceShape)
  if (record.name !== name) throw brokenRecord(hub, key, ['name: another'])
  return ofRecord(config, record)
}

/** The service of exactly this name, through the cache: not to be changed. */
export function findService(hub: HubContext, name: string): Promise<Service | undefined> {
  return serviceThrough(hub, hub.cache, hub.snapshot().config, name)
}

/** All services, those of the configuration and those made over the API, by name. */
export async function listServices(hub: HubContext): Promise<Service[]> {
  const { config } = hub.snapshot()
  const stored = await hub.cache.list(keys.services())
  const made = stored
    .map((value) => ofRecord(config, checkShape(hub, keys.services(), value, serviceShape)))
    .filter(({ name }) => !isConfigured(config, name))
  const all = [...config.services.map((service) => ofConfig(config, service)), ...made]
  return all.sort((a, b) => byCodePoint(a.name, b.name))
}

/** The process of a service that a replica runs, through the cache; 0 when there is none. */
export async function processOf(hub: HubContext, { name, command }: Service): Promise<number> {
  if (command.length === 0) return 0
  const key = keys.managedService(name)
  const run = await hub.cache.get(key)
  return run === undefined ? 0 : (checkShape(hub, key, run, managedServiceShape).pid ?? 0)
}

/** The entry of a service that was made over the API, straight from the store. */
export function storedService(
  hub: HubContext,
  name: string,
): Promise<Entry<ServiceRecord> | undefined> {
  return readEntry(hub, keys.service(name), serviceShape)
}

/**
 * For a commit that hangs something new on a service (a token): it fails when the service was
 * deleted since, and a deletion that runs at the same time looks again. A service of the
 * configuration, which is not in the store, is tied to nothing.
 * @throws HubgateError `not_found` when that service is gone, also when another has the name now
 */
export async function addedToService(hub: HubContext, owner: TokenOwner): Promise<CommitParts> {
  if (owner.id === owner.name) return { check: [], set: [] }
  const entry = await storedService(hub, owner.name)
  if (entry?.value.id !== owner.id) throw new HubgateError('not_found')
  return {
    check: [{ key: entry.key, version: entry.version }],
    set: [{ key: keys.belongings('service', owner.id), value: {} }],
  }
}
