import { HubgateError } from '../../base/errors.ts'
import { secretDigest, secretFault } from '../../config/secrets.ts'
import type { Service, ServiceRecord } from '../../model/service.ts'
import { defaultClientId } from '../../model/service.ts'
import { isOAuthClient, serviceFault } from '../../model/service-fault.ts'
import type { TokenRecord } from '../../model/token.ts'
import type { Commit, Entry } from '../../store/port.ts'
import { nothingAdded } from '../belongings.ts'
import { change } from '../change.ts'
import type { HubContext } from '../context.ts'
import { MAX_TOKEN_LENGTH } from '../identity/identity.ts'
import { newNumbers, recordId } from '../ids.ts'
import { keys } from '../keys.ts'
import { tokenKeysOfClient } from '../tokens/revoke-tokens.ts'
import { tokenKeys, tokenPlaces } from '../tokens/token-keys.ts'
import { tokenWrites } from '../tokens/token-writes.ts'
import { isConfigured, ofRecord, storedService } from './services.ts'

/** A service to be made; null is for what is left out. */
export interface ServiceWish extends Omit<ServiceRecord, 'id' | 'created'> {
  /** Its hub token, or the token's `sha256:` digest; only the digest is kept. */
  apiToken: string | null
  /** What the token's note says. */
  tokenNote: string
}

function cannotCreate(name: string, why: string): HubgateError {
  return new HubgateError('bad_request', `Failed to create service ${name}: ${why}`)
}

/** @throws HubgateError `bad_request` for a wish that no service can be made of */
function refuseFaults(hub: HubContext, wish: ServiceWish): void {
  const { name, apiToken } = wish
  const fault = serviceFault(wish)
  if (fault !== null) throw cannotCreate(name, fault)
  const { services } = hub.snapshot().config
  // The standard ones of the configuration are reserved whether they are used or not.
  const reserved = services
    .filter((service) => service.name !== name)
    .flatMap((service) => [defaultClientId(service.name), service.oauth_client_id])
  if (isOAuthClient(wish) && reserved.includes(wish.oauthClientId ?? defaultClientId(name))) {
    throw cannotCreate(name, 'the oauth_client_id is taken')
  }
  if (apiToken === null) return
  if (apiToken.length > MAX_TOKEN_LENGTH) {
    throw cannotCreate(name, `api_token has more than ${MAX_TOKEN_LENGTH} characters`)
  }
  const weakness = secretFault(apiToken)
  if (weakness !== null) throw cannotCreate(name, `api_token: ${weakness}`)
}

function recordOf(hub: HubContext, wish: ServiceWish): ServiceRecord {
  const { apiToken: _secret, tokenNote: _note, ...rest } = wish
  const oauthClientId = isOAuthClient(wish)
    ? (wish.oauthClientId ?? defaultClientId(wish.name))
    : null
  // The prefix keeps the id from being the name of a service of the configuration.
  const id = `s:${recordId(newNumbers(hub, 1)[0] ?? 0)}`
  return { ...rest, id, oauthClientId, created: hub.clock.now() }
}

function tokenOf(hub: HubContext, wish: ServiceWish, service: ServiceRecord): TokenRecord[] {
  if (wish.apiToken === null) return []
  return [
    {
      id: `a${newNumbers(hub, 1).join('')}`,
      kind: 'hub',
      digest: secretDigest(wish.apiToken),
      owner: { kind: 'service', name: service.name, id: service.id },
      scopes: ['inherit'],
      note: wish.tokenNote,
      created: service.created,
      expiresAt: null,
      client: null,
      clientInstance: null,
      session: null,
    },
  ]
}

/** @throws HubgateError when something that must be the service's alone is another's */
async function refuseTaken(
  hub: HubContext,
  { name, oauthClientId }: ServiceRecord,
  tokens: readonly TokenRecord[],
): Promise<void> {
  const { config, tokens: configured } = hub.snapshot()
  const stored = await hub.store.get(keys.service(name))
  if (stored !== undefined || isConfigured(config, name)) {
    throw new HubgateError('conflict', `Service ${name} already exists`)
  }
  if (
    oauthClientId !== null &&
    (await hub.store.get(keys.serviceClient(oauthClientId))) !== undefined
  ) {
    throw cannotCreate(name, 'the oauth_client_id is taken')
  }
  for (const { digest } of tokens) {
    if (configured.has(digest) || (await hub.store.get(keys.token(digest))) !== undefined) {
      throw cannotCreate(name, 'the api_token is in use')
    }
  }
}

/**
 * Makes a service with its token and its OAuth client id, in one commit. Whether the one who asks may
 * give it what it gets is the caller's to check.
 * @throws HubgateError `conflict` when there is a service of that name; `bad_request` for a wish that
 *   breaks a rule (wire-contract §1.11), or a client id or token that is in use
 */
export async function createService(hub: HubContext, wish: ServiceWish): Promise<Service> {
  refuseFaults(hub, wish)
  return change(hub, async () => {
    const service = recordOf(hub, wish)
    const tokens = tokenOf(hub, wish, service)
    await refuseTaken(hub, service, tokens)
    const { name, oauthClientId } = service
    const set = [
      { key: keys.service(name), value: service },
      ...(oauthClientId === null
        ? []
        : [{ key: keys.serviceClient(oauthClientId), value: { name } }]),
      ...tokens.flatMap(tokenWrites),
    ]
    const check = set.map(({ key }) => ({ key, version: null }))
    const { applied } = await hub.store.commit({ check, set })
    return applied ? ofRecord(hub.snapshot().config, service) : undefined
  })
}

async function deletionOf(hub: HubContext, entry: Entry<ServiceRecord>): Promise<Commit> {
  const { id, oauthClientId } = entry.value
  const added = await nothingAdded(hub, keys.belongings('service', id))
  const tokens = await tokenPlaces(hub, keys.tokensOf('service', id))
  return {
    check: [{ key: entry.key, version: entry.version }, added],
    delete: [
      entry.key,
      added.key,
      ...(oauthClientId === null ? [] : [keys.serviceClient(oauthClientId)]),
      ...tokens.flatMap(tokenKeys),
      ...(oauthClientId === null ? [] : await tokenKeysOfClient(hub, oauthClientId)),
    ],
  }
}

/**
 * Deletes a service with its tokens, in one commit.
 * @param mayDelete asked about the service that would go; it throws when it must stay
 * @throws HubgateError `not_found`; `method_not_allowed` for one of the configuration; whatever
 *   `mayDelete` throws
 */
export async function deleteService(
  hub: HubContext,
  name: string,
  mayDelete: (service: Service) => void,
): Promise<void> {
  await change(hub, async () => {
    const { config } = hub.snapshot()
    if (isConfigured(config, name)) {
      throw new HubgateError('method_not_allowed', `Service ${name} is not modifiable at runtime`)
    }
    const entry = await storedService(hub, name)
    if (entry === undefined) {
      throw new HubgateError('not_found', `Service ${name} does not exist`)
    }
    mayDelete(ofRecord(config, entry.value))
    const { applied } = await hub.store.commit(await deletionOf(hub, entry))
    return applied ? true : undefined
  })
}
