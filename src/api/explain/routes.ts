import { guarded, inHandler } from '../policies.ts'
import type { Route } from '../route.ts'
import { explainEndpoint } from './explain.ts'

/** Why somebody may do something or not: hubgate's own. What is asked decides which scope it takes. */
export const EXPLAIN_ROUTES: readonly Route[] = [
  guarded('POST', '/authorize/explain', inHandler(), explainEndpoint),
]
