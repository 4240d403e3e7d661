import { guarded, open, unfiltered } from '../policies.ts'
import type { Route } from '../route.ts'
import { healthEndpoint, infoEndpoint, versionEndpoint } from './info.ts'
import { openapiEndpoint } from './openapi-endpoint.ts'
import { whoAmIEndpoint } from './who-am-i.ts'

/** What the hub says of itself and of the one who asks (wire-contract §1.3, §1.4). */
export const ABOUT_ROUTES: readonly Route[] = [
  open('GET', '/', versionEndpoint),
  open('GET', '/health', healthEndpoint),
  open('HEAD', '/health', healthEndpoint),
  open('GET', '/openapi.json', openapiEndpoint),
  guarded('GET', '/info', unfiltered('read:hub'), infoEndpoint),
  guarded('GET', '/user', { kind: 'identified' }, whoAmIEndpoint),
]
