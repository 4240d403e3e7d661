import { configured, guarded, unfiltered } from '../policies.ts'
import type { Route } from '../route.ts'
import { METRICS_SCOPE, metricsEndpoint } from './metrics.ts'
import { shutdownEndpoint } from './shutdown.ts'

/** What operators do and watch: shutdown, metrics (wire-contract §1.3). */
export const OPERATION_ROUTES: readonly Route[] = [
  guarded('POST', '/shutdown', unfiltered('shutdown'), shutdownEndpoint),
  configured('GET', '/metrics', [METRICS_SCOPE], metricsEndpoint),
]
