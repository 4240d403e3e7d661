import { ABSENT } from '../differences.ts'
import type { Reviewed } from '../review.ts'
import { messages } from './notation.ts'

const NO_PROXY = /^\{"message":"hubgate has no separate proxy: .*","status":400\}$/

/** The proxy and the metrics. */
export const OPERATION_REVIEWED: readonly Reviewed[] = [
  {
    why: 'There is no separate proxy that could be told where it is.',
    cases: [/^proxy: (operator|root) PATCH \/proxy \{("nonsense":1)?\}$/],
    status: [200, 400],
    differs: { body: ['', NO_PROXY] },
  },
  ...messages('Bodies that are not JSON are refused in the same words everywhere.', 400, {
    'proxy: operator PATCH /proxy {': [
      'Request body must be JSON dict',
      'Invalid JSON in body of request',
    ],
    'proxy: root PATCH /proxy {': [
      'Request body must be JSON dict',
      'Invalid JSON in body of request',
    ],
  }),
  {
    why: 'hubgate has no separate proxy, loads no spawners at start, and takes no CSP reports.',
    cases: [/ GET (\/hub)?\/metrics/],
    status: 200,
    differs: {
      'body.jupyterhub_init_spawners_duration_seconds': ['histogram', ABSENT],
      'body.jupyterhub_proxy_poll_duration_seconds': ['histogram', ABSENT],
      'body.jupyterhub_csp_reports_total': ['counter', ABSENT],
      'body.jupyterhub_proxy_add_duration_seconds': ['histogram', ABSENT],
      'body.jupyterhub_proxy_delete_duration_seconds': ['histogram', ABSENT],
    },
  },
]
