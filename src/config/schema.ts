import { z } from 'zod'
import { isNetwork } from '../base/networks.ts'
import { SERVICE_NAME, SERVICE_NAME_RULE } from '../model/service.ts'
import { environment } from './sections/environment.ts'
import { profiles } from './sections/profiles.ts'

/** Longer timers would overflow Node's 32-bit milliseconds. */
const MAX_SECONDS = 1_000_000
const SECONDS = z.number().max(MAX_SECONDS)

const name = z.string().min(1).max(255)
const names = z.array(name)
const seconds = SECONDS.positive()
const count = z.number().int().min(0)
const pageLimit = z.number().int().min(1)

/** A hundred years, in seconds: times stay printable. */
const MAX_LIFETIME = 100 * 366 * 24 * 60 * 60

const listen = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
    port: z.number().int().min(0).max(65535).default(8000).describe('Port; 0 picks a free one.'),
    reuse_port: z
      .boolean()
      .default(false)
      .describe('Whether several replicas on this machine share the port.'),
    drain_delay: SECONDS.min(0)
      .default(0)
      .describe(
        'Seconds that a replica which ends still takes requests while it says it is not ready.',
      ),
  })
  .prefault({})
  .describe('Where the gateway listens.')

const group = z.strictObject({
  users: names.default([]).describe('Exactly who is in the group; users are made when missing.'),
  properties: z
    .record(z.string(), z.json())
    .default({})
    .describe('Any JSON; the API shows it to those who may read the group.'),
})

const role = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9\-_~.]{1,253}[a-z0-9]$/,
      'a role name has 3 to 255 characters: a lower-case letter, then a-z 0-9 - _ ~ . and at the end a letter or digit',
    )
    .describe(
      'user, server and token change the default role of that name; admin keeps its scopes.',
    ),
  description: z.string().optional().describe("For people. Left out: the default role's."),
  scopes: z
    .array(z.string())
    .optional()
    .describe(
      'What the role allows: read:users!group=class-a. Left out: what the default role has.',
    ),
  users: names.default([]).describe('Who has the role.'),
  groups: names.default([]).describe('Groups whose members have the role.'),
  services: names.default([]).describe('Services that have the role; each is in services.'),
})

const customScope = z.strictObject({
  description: z.string().describe('What the scope allows, for people.'),
  subscopes: z
    .array(z.string())
    .default([])
    .describe('Custom scopes that this one brings along; each is in custom_scopes.'),
})

const forwardAuth = z.strictObject({
  scope: z
    .string()
    .optional()
    .describe('What a visitor must hold; access:services!service=NAME when left out.'),
  headers: z
    .array(z.enum(['user', 'groups', 'scopes', 'kind', 'jwt', 'authorization']))
    .default(['user', 'groups', 'scopes', 'kind', 'jwt'])
    .describe('How the service is told who visits; authorization is the JWT as a bearer token.'),
  groups: names
    .optional()
    .describe('The only groups that the service is told of; all of the visitor when left out.'),
  external_urls: z
    .array(z.string())
    .default([])
    .describe('Where another proxy has the service and asks hub/api/forward-auth about visitors.'),
  cookie_domain: z
    .string()
    .regex(
      /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
      'a cookie domain is a name with a dot in lower case, such as example.org',
    )
    .optional()
    .describe('The domain that the external hosts and the public host share, for the cookie.'),
})

const service = z.strictObject({
  name: z
    .string()
    .regex(SERVICE_NAME, SERVICE_NAME_RULE)
    .describe('How the API and load_roles call the service.'),
  api_token: z
    .string()
    .optional()
    .describe(
      'The hub token of the service, or its sha256: digest. Best taken from the environment.',
    ),
  admin: z.boolean().default(false).describe('Whether the service has the admin role.'),
  info: z.record(z.string(), z.json()).default({}).describe('Any JSON that the API shows.'),
  display: z.boolean().default(true).describe('Whether pages list the service.'),
  url: z
    .string()
    .optional()
    .describe('Where it listens, http://127.0.0.1:9999; makes it reachable at services/NAME/.'),
  timeout: seconds.default(30).describe('Seconds in which its url must answer.'),
  command: z
    .array(z.string().min(1))
    .default([])
    .describe('What runs the service; empty for one that is run by somebody else.'),
  cwd: z.string().min(1).optional().describe('Where the command runs.'),
  environment: environment.default({}).describe('More environment variables of the command.'),
  user: z.string().min(1).optional().describe('Who runs the command: only the gateway itself.'),
  oauth_client_id: z
    .string()
    .optional()
    .describe('Its name in sign-ins, service-NAME when left out; begins with service-.'),
  oauth_redirect_uri: z
    .string()
    .optional()
    .describe('Where sign-ins lead back to; /services/NAME/oauth_callback when it has a url.'),
  oauth_no_confirm: z
    .boolean()
    .default(false)
    .describe('Whether people are not asked before they are signed in there.'),
  oauth_client_allowed_scopes: z
    .array(z.string())
    .default([])
    .describe('What it may do for people who sign in there, besides knowing who they are.'),
  forward_auth: forwardAuth
    .optional()
    .describe(
      'The gateway signs visitors in and tells the service who they are, with no hub token.',
    ),
})

const dummy = z.strictObject({
  kind: z
    .literal('dummy')
    .describe('dummy: anybody signs in with the one password. For trying out.'),
  password: z
    .string()
    .min(1)
    .optional()
    .describe('The one password for everybody; made up and printed at start when left out.'),
})

const processSpawner = z.strictObject({
  kind: z.literal('process').describe('process: servers are processes on this machine.'),
  notebook_auth: z
    .enum(['gateway', 'oauth'])
    .default('gateway')
    .describe(
      'gateway: the gateway checks visitors, and the server is any HTTP application. oauth: the server signs visitors in through the hub, as jupyterhub-singleuser does.',
    ),
  cmd: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'The command of a server: jupyter lab when left out, jupyterhub-singleuser with notebook_auth: oauth. {port} {ip} {base_url} {username} {servername} are filled in.',
    ),
  hub_connect_url: z
    .url({ protocol: /^https?$/, error: 'this is no URL like http://10.0.0.1:8000' })
    .optional()
    .describe(
      'How servers and services reach the hub, http://10.0.0.1:8000; where this replica listens when left out.',
    ),
  args: z
    .array(z.string())
    .default([])
    .describe('More arguments; filled in like cmd. {token} is refused: others see process lists.'),
  environment: environment
    .default({})
    .describe('More environment variables of a server; filled in like cmd, and {token} as well.'),
  profiles,
  env_keep: z
    .array(z.string())
    .default(['PATH', 'LANG', 'LC_ALL', 'TZ', 'VIRTUAL_ENV', 'LD_LIBRARY_PATH'])
    .describe('The environment variables of the gateway that a server inherits.'),
  ip: z.string().min(1).default('127.0.0.1').describe('Address that servers listen on.'),
  notebook_dir: z
    .string()
    .min(1)
    .default('var/home/{username}')
    .describe('Home and working directory of a server, made when missing.'),
  default_url: z
    .string()
    .regex(/^(?:\/[!-.0-~][!-~]*)?$/, 'must be a path such as /lab')
    .default('')
    .describe('Where opening a server leads, below its own prefix: /lab.'),
  start_timeout: seconds.default(60).describe('Seconds until the process must run.'),
  http_timeout: seconds.default(30).describe('Seconds from then until it must answer HTTP.'),
  stop_timeout: seconds
    .default(10)
    .describe('Seconds after which a server that does not end is killed.'),
  poll_interval: seconds.default(30).describe('Seconds between looks whether a server is alive.'),
})

const proxy = z
  .strictObject({
    connect_timeout: seconds.default(10).describe('Seconds to connect to a server.'),
    first_byte_timeout: SECONDS.min(0)
      .default(300)
      .describe('Seconds until a server must begin its answer; 0 for no limit.'),
  })
  .prefault({})
  .describe('How requests to servers are forwarded.')

const cull = z
  .strictObject({
    idle_after: SECONDS.min(0)
      .default(0)
      .describe('Seconds without use after which a server is stopped; 0 for never.'),
    max_age: SECONDS.min(0)
      .default(0)
      .describe('Seconds after which a server is stopped however it is used; 0 for never.'),
    every: seconds.default(300).describe('Seconds between looks.'),
  })
  .prefault({})
  .describe('Which servers are stopped by themselves.')

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
  store_grace: SECONDS.min(0)
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
  authenticator: z
    .discriminatedUnion('kind', [dummy])
    .prefault({ kind: 'dummy' })
    .describe('How people sign in.'),
  spawner: z
    .discriminatedUnion('kind', [processSpawner])
    .prefault({ kind: 'process' })
    .describe('How and where servers run.'),
  proxy,
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
  slow_spawn_timeout: SECONDS.min(0)
    .default(10)
    .describe('Seconds that a start or stop over the API waits before it answers 202.'),
  token_expires_in_max_seconds: count
    .max(MAX_LIFETIME)
    .default(0)
    .describe('Seconds after which every new token expires at the latest; 0 for no limit.'),
  oauth_token_expires_in: count
    .min(1)
    .max(MAX_LIFETIME)
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
