import { guarded, inHandler, open } from '../policies.ts'
import type { Route } from '../route.ts'
import { cookieEndpoint } from './cookie.ts'
import { removedEndpoint, tokenEndpoint } from './token.ts'

/**
 * Whose a credential is (wire-contract §1.8, deprecated): for whoever comes with a token of their
 * own, whatever it allows. The credential asked about is in the path, so no log may keep that.
 */
export const AUTHORIZATION_ROUTES: readonly Route[] = [
  open('POST', '/authorizations/token', removedEndpoint),
  guarded('GET', '/authorizations/token/{token}', inHandler(), tokenEndpoint),
  guarded('GET', '/authorizations/cookie/{cookie_name}', inHandler(), cookieEndpoint),
  guarded(
    'GET',
    '/authorizations/cookie/{cookie_name}/{cookie_value}',
    inHandler(),
    cookieEndpoint,
  ),
]
