import { z } from 'zod'
import { isNetwork } from '../base/networks.ts'
import { authenticator } from './sections/authenticator.ts'
import { cull } from './sections/cull.ts'
import { limits } from './sections/limits.ts'
import { listen } from './sections/listen.ts'
import { proxy } from './sections/proxy.ts'
import { customScope, group, role } from './sections/roles.ts'
import { service } from './sections/service.ts'
import { spawner } from './sections/spawner.ts'
import { anySeconds, count, lifetime, name, names, pageLimit, seconds } from './sections/values.ts'

/**
 * The config map (design.md §8): the shape of the file, with the default of each key and the help
 * that editors show. Unknown keys are faults everywhere. Durations are in seconds.
 */
export const configSchema = z.strictObject({
  listen,
  base_url: z
    .string()
    .regex(
      /^\/(?:[A-Za-z0-9._~-]+\/)*$/,
      'a base URL begins and ends with / and has letters, digits and . _ ~ - between: /jupyter/',
    )
    .default('/')
    .describe('The path under which the gateway serves everything.'),
  public_url: z
    .url({ protocol: /^https?$/, error: 'this is no URL like https://hub.example.org' })
    .optional()
    .describe(
      'What browsers call the gateway: https://hub.example.org. https makes cookies Secure.',
    ),
  trusted_proxies: z
    .array(z.string().refine(isNetwork, 'this is no address or network like 10.0.0.0/8'))
    .default([])
    .describe('Proxies whose headers hub/api/forward-auth believes about what they ask for.'),
  store: z
    .string()
    .regex(
      /^(?:sqlite:\s*\S|rediss?(?:\+sentinel)?:\/\/\S)/,
      'a store is sqlite:PATH, redis://HOST:PORT/0, rediss://… or redis+sentinel://…',
    )
    .default('sqlite:var/hubgate.sqlite')
    .describe('Where users, tokens and servers are kept: sqlite:PATH, or a Redis for replicas.'),
  store_grace: anySeconds
    .min(0)
    .default(10)
    .describe('Seconds that authorized notebook traffic goes on without the store.'),
  log_level: z
    .enum(['silent', 'error', 'warn', 'info', 'debug'])
    .default('info')
    .describe('How much is logged.'),
  api_tokens: z
    .record(z.string(), name)
    .default({})
    .describe(
      'Hub tokens: a secret (or its sha256: digest) and the user or service that it is of.',
    ),
  admin_users: names.default([]).describe('Users with the admin role; made when missing.'),
  allowed_users: names
    .default([])
    .describe('Who may sign in, besides admin_users; users are made when missing.'),
  allow_all: z
    .boolean()
    .default(false)
    .describe('Whether everybody may sign in whom the authenticator accepts.'),
  load_groups: z.record(name, group).default({}).describe('Groups by name; made when missing.'),
  load_roles: z.array(role).default([]).describe('Roles: who may do what.'),
  custom_scopes: z
    .record(
      z
        .string()
        .regex(
          /^custom:[a-z0-9][a-z0-9_\-*:]+[a-z0-9_*]$/,
          'a custom scope is named custom: and then at least three of a-z 0-9 _ - * :',
        ),
      customScope,
    )
    .default({})
    .describe('Scopes that services define for themselves.'),
  authenticate_prometheus: z
    .boolean()
    .default(true)
    .describe('Whether reading the metrics needs the scope read:metrics.'),
  services: z.array(service).default([]).describe('Programs that use the API in their own name.'),
  authenticator,
  spawner,
  proxy,
  limits,
  allow_named_servers: z
    .boolean()
    .default(true)
    .describe('Whether a user may have servers besides the default one.'),
  named_server_limit_per_user: count
    .default(0)
    .describe('How many named servers a user may have; 0 for no limit.'),
  concurrent_spawn_limit: count
    .default(100)
    .describe('How many servers may be starting at a time; 0 for no limit.'),
  spawn_queue_timeout: seconds
    .default(600)
    .describe(
      'Seconds that a start from a page waits for room while so many are starting; the API is refused at once.',
    ),
  active_server_limit: count.default(0).describe('How many servers may be active; 0 for no limit.'),
  admin_access: z
    .boolean()
    .default(false)
    .describe(
      'The answer of POST /users/{name}/admin-access, which older clients ask; it allows nothing.',
    ),
  cull,
  api_page_default_limit: pageLimit
    .default(50)
    .describe('How many entries a page of a list has that a client asks for without a limit.'),
  api_page_max_limit: pageLimit
    .default(200)
    .describe('How many entries an answer of the API lists at most.'),
  slow_spawn_timeout: anySeconds
    .min(0)
    .default(10)
    .describe('Seconds that a start or stop over the API waits before it answers 202.'),
  token_expires_in_max_seconds: lifetime
    .default(0)
    .describe('Seconds after which every new token expires at the latest; 0 for no limit.'),
  oauth_token_expires_in: lifetime
    .min(1)
    .default(14 * 24 * 60 * 60)
    .describe(
      'Seconds that signing in to a server or service lasts, within the sign-in to the hub.',
    ),
  oauth_require_pkce: z
    .boolean()
    .default(false)
    .describe('Whether every OAuth client must use PKCE; jupyterhub-singleuser does.'),
})

export type Config = z.output<typeof configSchema>
export type RoleConfig = Config['load_roles'][number]
export type ServiceConfig = Config['services'][number]
export type ForwardAuthConfig = NonNullable<ServiceConfig['forward_auth']>
export type SpawnerConfig = Config['spawner']
