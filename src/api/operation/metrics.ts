import type { ApiRequest } from '../api-request.ts'
import { authorize } from '../authorize.ts'
import type { ApiDeps } from '../deps.ts'
import { identify, touch } from '../identify.ts'
import { listing } from '../policies.ts'
import type { PathParams } from '../route.ts'
import { openEndpoint } from '../route.ts'

/** Who may read the metrics. They name nobody, so that a filter of the scope narrows nothing. */
export const METRICS_SCOPE = 'read:metrics'
const READERS = listing(METRICS_SCOPE, 'user', 'group', 'server', 'service')

/** The path names nothing. */
const NO_PARAMS: PathParams = {
  name: '',
  server: '',
  group: '',
  service: '',
  tokenId: '',
  sessionId: '',
  token: '',
  cookieName: '',
  cookieValue: '',
  owner: '',
}

type MetricsDeps = Pick<ApiDeps, 'hub' | 'activity' | 'metrics'>

/**
 * The metrics of this replica, for Prometheus; to anybody while `authenticate_prometheus` is false.
 * @throws HubgateError as {@link authorize} does
 */
export async function answerMetrics(deps: MetricsDeps, request: ApiRequest): Promise<Response> {
  const { hub, metrics } = deps
  if (hub.snapshot().config.authenticate_prometheus) {
    const known = await identify(hub, request)
    if (known !== undefined) touch(deps, known)
    await authorize(hub, READERS, known, NO_PARAMS)
  }
  const { type, text } = await metrics()
  return new Response(text, {
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** `GET /metrics` (wire-contract §1.3). */
export const metricsEndpoint = openEndpoint({
  summary: 'Read the metrics of the replica that answers',
  answers: {
    200: { description: "In Prometheus's text format.", type: 'text/plain' },
    503: { description: 'The store does not answer.' },
  },
  handle: ({ deps, request }) => answerMetrics(deps, request),
})
