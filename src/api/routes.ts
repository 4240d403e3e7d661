import { ABOUT_ROUTES } from './about/routes.ts'
import { AUTHORIZATION_ROUTES } from './authorizations/routes.ts'
import { EXPLAIN_ROUTES } from './explain/routes.ts'
import { FORWARD_AUTH_ROUTES } from './forward-auth/routes.ts'
import { GROUP_ROUTES } from './groups/routes.ts'
import { OPERATION_ROUTES } from './operation/routes.ts'
import { PROXY_ROUTES } from './proxy/routes.ts'
import type { Route } from './route.ts'
import { SERVER_ROUTES } from './servers/routes.ts'
import { SERVICE_ROUTES } from './services/routes.ts'
import { SESSION_ROUTES } from './sessions/routes.ts'
import { SHARE_ROUTES } from './shares/routes.ts'
import { TOKEN_ROUTES } from './tokens/routes.ts'
import { USER_ROUTES } from './users/routes.ts'

/** Routes that belong together, as the API's description groups them. */
export interface Resource {
  tag: string
  description: string
  routes: readonly Route[]
}

/** The API by resource. */
export const RESOURCES: readonly Resource[] = [
  { tag: 'hub', description: 'The hub, and who asks.', routes: ABOUT_ROUTES },
  { tag: 'users', description: 'Users and their activity.', routes: USER_ROUTES },
  { tag: 'tokens', description: 'Tokens of users and services.', routes: TOKEN_ROUTES },
  { tag: 'sessions', description: 'Where users are signed in.', routes: SESSION_ROUTES },
  {
    tag: 'authorizations',
    description: 'Whose a credential is, and what it allows.',
    routes: [...EXPLAIN_ROUTES, ...AUTHORIZATION_ROUTES],
  },
  { tag: 'servers', description: "Users' servers: start, watch, stop.", routes: SERVER_ROUTES },
  { tag: 'groups', description: 'Groups and who is in them.', routes: GROUP_ROUTES },
  { tag: 'services', description: 'Programs that use the API.', routes: SERVICE_ROUTES },
  {
    tag: 'forward-auth',
    description: 'Who visits a service: for proxies that ask, and services that check.',
    routes: FORWARD_AUTH_ROUTES,
  },
  { tag: 'shares', description: 'Who else may use a server.', routes: SHARE_ROUTES },
  { tag: 'proxy', description: 'Where requests are forwarded.', routes: PROXY_ROUTES },
  { tag: 'operation', description: 'Running the hub.', routes: OPERATION_ROUTES },
]

/** The API: every method and path with who may ask, for what, and what answers. */
export const ROUTES: readonly Route[] = RESOURCES.flatMap(({ routes }) => routes)
