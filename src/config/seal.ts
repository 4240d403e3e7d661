import { sha256 } from '../base/hash.ts'
import { normalizeUsername } from '../model/username.ts'
import type { Config } from './schema.ts'
import { secretDigest } from './secrets.ts'
import type { ConfigToken, Snapshot } from './snapshot.ts'

/** Usernames in their one spelling, each once. */
function usernames(names: readonly string[]): string[] {
  return [...new Set(names.map(normalizeUsername))]
}

function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  change: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

function digestReference(secret: string): string {
  return `sha256:${secretDigest(secret)}`
}

/** The configuration with usernames normalised and digests in the place of tokens. */
function settle(config: Config): Config {
  const services = new Set(config.services.map((service) => service.name))
  return {
    ...config,
    admin_users: usernames(config.admin_users),
    allowed_users: usernames(config.allowed_users),
    load_groups: mapValues(config.load_groups, (group) => ({
      ...group,
      users: usernames(group.users),
    })),
    load_roles: config.load_roles.map((role) => ({ ...role, users: usernames(role.users) })),
    api_tokens: Object.fromEntries(
      Object.entries(config.api_tokens).map(([secret, owner]) => [
        digestReference(secret),
        services.has(owner) ? owner : normalizeUsername(owner),
      ]),
    ),
    services: config.services.map((service) =>
      service.api_token === undefined
        ? service
        : { ...service, api_token: digestReference(service.api_token) },
    ),
  }
}

function token(digest: string, kind: 'user' | 'service', name: string): [string, ConfigToken] {
  const id = `c${sha256(`config-token-id:${digest}`).slice(0, 16)}`
  return [digest, { id, owner: { kind, name } }]
}

function tokensOf(config: Config): Map<string, ConfigToken> {
  const services = new Set(config.services.map((service) => service.name))
  return new Map([
    ...Object.entries(config.api_tokens).map(([secret, owner]) =>
      token(secretDigest(secret), services.has(owner) ? 'service' : 'user', owner),
    ),
    ...config.services.flatMap(({ name, api_token: secret }) =>
      secret === undefined ? [] : [token(secretDigest(secret), 'service', name)],
    ),
  ])
}

/** What is handed to services that the gateway runs. */
function commandTokens({ services }: Config): Map<string, string> {
  const tokens = new Map<string, string>()
  for (const { name, command, api_token: secret } of services) {
    if (command.length > 0 && secret !== undefined) tokens.set(name, secret)
  }
  return tokens
}

/**
 * A frozen copy, all the way down. Its objects have no prototype, so that looking up a group called
 * `constructor` finds nothing.
 */
function freezeDeep<Value>(value: Value): Value {
  if (Array.isArray(value)) return Object.freeze(value.map(freezeDeep)) as Value
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.create(null)
  for (const [key, own] of Object.entries(value)) copy[key] = freezeDeep(own)
  return Object.freeze(copy)
}

/**
 * The same snapshot again, after it was sent from one process to another.
 * @param copy has lost that it cannot be changed, and that its objects have no prototype
 */
export function sealCopy(copy: Snapshot): Snapshot {
  return sealed(freezeDeep(copy.config), copy)
}

/**
 * Makes the immutable snapshot of a configuration that was found without faults. No secret of
 * `api_tokens` or `services` is in its `config`, only digests (threats P54).
 * @param file absolute path that it came from
 */
export function sealSnapshot(config: Config, file: string, generation: number): Snapshot {
  const settled = freezeDeep(settle(config))
  return sealed(settled, {
    file,
    tokens: tokensOf(settled),
    commandTokens: commandTokens(config),
    generation,
  })
}

function sealed(config: Config, rest: Omit<Snapshot, 'config'>): Snapshot {
  const { file, tokens, commandTokens: handedOut, generation } = rest
  return Object.freeze({
    config,
    file,
    tokens: new Map([...tokens].map(([digest, own]) => [digest, freezeDeep(own)] as const)),
    commandTokens: new Map(handedOut),
    generation,
  })
}
