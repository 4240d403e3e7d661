import { sha256 } from '../../base/hash.ts'
import type { Config } from '../../config/schema.ts'
import type { OAuthClient } from '../../model/oauth-client.ts'
import { SERVER_CLIENT_PREFIX, serverClientId } from '../../model/oauth-client.ts'
import type { ServerRecord } from '../../model/server.ts'
import { fullName, isActive } from '../../model/server.ts'
import { isValidServerName } from '../../model/server-name.ts'
import { serverPrefix } from '../../model/server-url.ts'
import type { TokenRecord } from '../../model/token.ts'
import { isValidUsername } from '../../model/username.ts'
import type { CacheReader } from '../../store/cache.ts'
import type { HubContext } from '../context.ts'
import { keys } from '../keys.ts'
import { serviceSecretDigests } from '../services/service-secrets.ts'
import { serviceThrough } from '../services/services.ts'
import { userThrough } from '../users/users.ts'

/** Reads what a client follows from: the cache, or what the cache gives to those who derive. */
type Reader = Pick<CacheReader, 'get' | 'list'>

/** Longer ids are nobody's: three times the longest username, percent-encoded, and a server's name. */
const MAX_ID_LENGTH = 1024

/** The users and servers that an id may mean: `a-b` is a user, and a user's server. */
function readServerId(id: string): { user: string; server: string }[] {
  const found: { user: string; server: string }[] = []
  let rest: string
  try {
    rest = decodeURIComponent(id.slice(SERVER_CLIENT_PREFIX.length))
  } catch {
    return []
  }
  if (isValidUsername(rest)) found.push({ user: rest, server: '' })
  for (let at = rest.lastIndexOf('-'); at > 0; at = rest.lastIndexOf('-', at - 1)) {
    const user = rest.slice(0, at)
    const server = rest.slice(at + 1)
    if (!/^[a-z0-9-]{0,30}$/.test(server)) break
    if (isValidServerName(server) && isValidUsername(user)) found.push({ user, server })
  }
  return found.filter(({ user, server }) => serverClientId(user, server) === id)
}

async function serverClient(
  hub: HubContext,
  read: Reader,
  config: Config,
  id: string,
  named: { user: string; server: string },
): Promise<OAuthClient[]> {
  const server = await read.get<ServerRecord>(keys.server(named.user, named.server))
  if (server === undefined || server.auth !== 'oauth' || !isActive(server)) return []
  const { user, name, userId, runId, secret } = server
  if (runId === null || secret === null) return []
  if ((await userThrough(hub, read, user))?.id !== userId) return []
  const prefix = serverPrefix(config.base_url, user, name)
  const accessScope = `access:servers!server=${fullName(user, name)}`
  return [
    {
      id,
      kind: 'server',
      instance: runId,
      secretDigests: [sha256(secret)],
      redirectUri: `${prefix}oauth_callback`,
      description: `Server at ${prefix}`,
      allowedScopes: [accessScope],
      accessScope,
      noConfirm: false,
      server: { user, name, userId },
    },
  ]
}

async function serviceClient(
  hub: HubContext,
  read: Reader,
  config: Config,
  id: string,
  name: string,
): Promise<OAuthClient[]> {
  const service = await serviceThrough(hub, read, config, name)
  if (service?.oauthClientId !== id || service.oauthRedirectUri === null) return []
  const accessScope = `access:services!service=${service.name}`
  return [
    {
      id,
      kind: 'service',
      instance: service.id,
      secretDigests: await serviceSecretDigests(read, config, service),
      redirectUri: service.oauthRedirectUri,
      description: `JupyterHub service ${service.name}`,
      allowedScopes: [...new Set([...service.oauthClientAllowedScopes, accessScope])],
      accessScope,
      noConfirm: service.oauthNoConfirm,
      service: service.name,
    },
  ]
}

async function servicesOf(read: Reader, config: Config, id: string): Promise<string[]> {
  const made = await read.get<{ name: string }>(keys.serviceClient(id))
  return [...config.services.map(({ name }) => name), ...(made === undefined ? [] : [made.name])]
}

/**
 * The OAuth clients of an id, as part of something that the cache keeps: servers that run and sign
 * their visitors in themselves, and services. There may be two, of servers whose ids are spelled alike
 * ({@link serverClientId}): their secrets and redirect URIs tell them apart. One without a secret is
 * no client (threats P38).
 */
export async function oauthClientsThrough(
  hub: HubContext,
  read: Reader,
  config: Config,
  id: string,
): Promise<OAuthClient[]> {
  if (id === '' || id.length > MAX_ID_LENGTH) return []
  const found: OAuthClient[] = []
  if (id.startsWith(SERVER_CLIENT_PREFIX)) {
    for (const named of readServerId(id)) {
      found.push(...(await serverClient(hub, read, config, id, named)))
    }
  } else {
    for (const name of new Set(await servicesOf(read, config, id))) {
      found.push(...(await serviceClient(hub, read, config, id, name)))
    }
  }
  return found.filter(({ secretDigests }) => secretDigests.length > 0)
}

/** The OAuth clients of an id as they are now, through the cache. */
export function oauthClients(hub: HubContext, id: string): Promise<OAuthClient[]> {
  const { config, generation } = hub.snapshot()
  return hub.cache.derive(['oauth-clients', id, String(generation)], (read) =>
    oauthClientsThrough(hub, read, config, id),
  )
}

/** The OAuth client of an id; the first of two. */
export async function oauthClient(hub: HubContext, id: string): Promise<OAuthClient | undefined> {
  return (await oauthClients(hub, id))[0]
}

type Issued = Pick<TokenRecord, 'client' | 'clientInstance'>

/** The client that a token was issued to: null for an API token, undefined when the client is gone. */
export async function clientOfToken(
  hub: HubContext,
  read: Reader,
  config: Config,
  { client, clientInstance }: Issued,
): Promise<OAuthClient | null | undefined> {
  if (client === null) return null
  const clients = await oauthClientsThrough(hub, read, config, client)
  return clients.find(({ instance }) => instance === clientInstance)
}

/** As {@link clientOfToken}, through the cache. */
export function clientIssued(
  hub: HubContext,
  token: Issued,
): Promise<OAuthClient | null | undefined> {
  return clientOfToken(hub, hub.cache, hub.snapshot().config, token)
}

/** What the API calls whom a token was issued to (wire-contract §1.8). */
export async function clientName(hub: HubContext, token: Issued): Promise<string> {
  const client = await clientIssued(hub, token)
  return client === null ? 'JupyterHub' : (client?.description ?? token.client ?? '')
}
