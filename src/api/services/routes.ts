import { guarded, listing, onService } from '../policies.ts'
import type { Route } from '../route.ts'
import { createServiceEndpoint, deleteServiceEndpoint } from './change-services.ts'
import { listServicesEndpoint, readServiceEndpoint } from './services.ts'

const READS_SERVICE = ['read:services', 'read:services:name', 'read:roles:services']

/** Services (wire-contract §1.11). */
export const SERVICE_ROUTES: readonly Route[] = [
  guarded('GET', '/services', listing('list:services', 'service'), listServicesEndpoint),
  guarded('GET', '/services/{service}', onService(...READS_SERVICE), readServiceEndpoint),
  guarded('POST', '/services/{service}', onService('admin:services'), createServiceEndpoint),
  guarded('DELETE', '/services/{service}', onService('admin:services'), deleteServiceEndpoint),
]
