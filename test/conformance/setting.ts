import type { ConfigInput } from '../support/hub.ts'

/** The secret of a user's or service's token in the configuration of both. */
export function secretOf(name: string): string {
  return `conformance-secret-of-${name}-0123456789abcdef`
}

/** Service → its scopes. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  powerless: [],
  lister: ['list:users', 'read:users'],
  namer: ['list:users!group=class-a', 'read:groups:name', 'read:services:name'],
  maker: ['admin:users'],
  grader: [
    ...['list:users!group=class-a', 'read:users!group=class-a', 'servers!group=class-a'],
    ...['list:groups!group=class-a', 'read:groups!group=class-a', 'users:activity!group=class-a'],
  ],
  stater: ['read:servers', 'admin:server_state', 'admin:auth_state'],
  starter: ['start:servers', 'delete:servers!user=ada'],
  tokener: ['tokens', 'read:users:name'],
  watcher: ['read:tokens', 'read:roles', 'read:users:activity'],
  grouper: ['groups!group=class-a', 'delete:groups!group=class-a'],
  'group-admin': ['admin:groups', 'delete:groups'],
  registrar: ['list:services', 'read:services', 'read:roles:services'],
  'service-admin': ['admin:services'],
  'lister-of-one': ['list:services!service=lister', 'read:services!service=lister'],
  operator: ['read:hub', 'proxy', 'read:metrics'],
  stopper: ['shutdown'],
  sharer: ['shares', 'read:users:name', 'read:groups:name'],
  'share-reader': ['read:shares', 'read:users:shares', 'read:groups:shares'],
  custom: ['custom:grades:write', 'read:users:name'],
}

/** Users whom the configuration names, beside the administrator root. */
const USERS = ['fay', 'ada', 'cyd', 'bob'] as const

const PASSWORD = 'open sesame'

/** What both hubs are configured with; GatewayProcess adds the administrator root and its token. */
export const SETTING = {
  admin_users: ['root'],
  // JupyterHub gives users whom only load_roles or api_tokens name no role.
  allowed_users: ['fay'],
  allow_all: true,
  authenticator: { kind: 'dummy', password: PASSWORD },
  api_tokens: Object.fromEntries(USERS.map((name) => [secretOf(name), name])),
  load_groups: {
    'class-a': { users: ['ada', 'cyd'], properties: { room: 12, tags: ['x', null] } },
    'class-b': { users: ['bob'], properties: {} },
  },
  custom_scopes: {
    'custom:grades:write': { description: 'Write grades', subscopes: ['custom:grades:read'] },
    'custom:grades:read': { description: 'Read grades' },
  },
  load_roles: [
    {
      name: 'sharing',
      scopes: ['shares!user', 'read:users:name', 'read:groups:name'],
      users: ['fay'],
    },
    { name: 'visiting', scopes: ['access:services'], users: ['fay'] },
    { name: 'of-class-b', scopes: ['read:users!group=class-b'], groups: ['class-b'] },
    ...Object.entries(SERVICES)
      .filter(([, scopes]) => scopes.length > 0)
      .map(([name, scopes]) => ({ name: `may-${name}`, scopes: [...scopes], services: [name] })),
  ],
  services: [
    ...Object.keys(SERVICES).map((name) => ({ name, api_token: secretOf(name) })),
    {
      name: 'boss',
      api_token: secretOf('boss'),
      admin: true,
      info: { about: 'an admin' },
      display: false,
    },
    {
      name: 'portal',
      api_token: secretOf('portal'),
      oauth_redirect_uri: 'http://portal.test/callback',
      oauth_client_allowed_scopes: ['read:users!user', 'servers!user', 'list:users'],
    },
    {
      name: 'quick',
      api_token: secretOf('quick'),
      oauth_client_id: 'service-very-quick',
      oauth_redirect_uri: '/services/quick/oauth_callback',
      oauth_no_confirm: true,
    },
  ],
  named_server_limit_per_user: 4,
  concurrent_spawn_limit: 2,
  active_server_limit: 5,
  slow_spawn_timeout: 4,
} satisfies ConfigInput

/** Who has a token in the configuration: personas of these names use it. */
export const CONFIGURED: readonly string[] = [...USERS, ...Object.keys(SERVICES), 'boss']
