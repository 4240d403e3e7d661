import { open } from '../policies.ts'
import type { Route } from '../route.ts'
import { appendedForwardAuthEndpoint, forwardAuthEndpoint } from './forward-auth.ts'
import { jwksEndpoint } from './jwks.ts'

/** For services that are not written for JupyterHub. Who may pass is decided by what is asked about. */
export const FORWARD_AUTH_ROUTES: readonly Route[] = [
  open('ANY', '/forward-auth', forwardAuthEndpoint),
  open('ANY', '/forward-auth/{service}', forwardAuthEndpoint),
  open('ANY', '/forward-auth/{service}/{rest}', appendedForwardAuthEndpoint),
  open('GET', '/jwks.json', jwksEndpoint),
]
