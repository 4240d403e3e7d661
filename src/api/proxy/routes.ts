import { guarded, unfiltered } from '../policies.ts'
import type { Route } from '../route.ts'
import { moveProxyEndpoint, readProxyEndpoint, resyncProxyEndpoint } from './proxy-routes.ts'

/** The routing table (wire-contract §1.12). */
export const PROXY_ROUTES: readonly Route[] = [
  guarded('GET', '/proxy', unfiltered('proxy'), readProxyEndpoint),
  guarded('POST', '/proxy', unfiltered('proxy'), resyncProxyEndpoint),
  guarded('PATCH', '/proxy', unfiltered('proxy'), moveProxyEndpoint),
]
