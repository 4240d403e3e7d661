import { Api } from '../../src/api/app.ts'
import { errorRenderer } from '../../src/edge/error-response.ts'
import type { Activity } from '../../src/hub/activity/activity.ts'
import type { TestHub } from './hub.ts'

const NOTHING = { kind: 'none', version: '0' }

/** The REST API as the pages ask it. */
export function pagesApi(
  hub: TestHub,
  activity: Activity,
): (request: Request) => Promise<Response> {
  const { base_url: baseUrl } = hub.snapshot().config
  const api = new Api(
    {
      hub,
      activity,
      routes: () => [],
      resync: async () => undefined,
      metrics: () => Promise.reject(new Error('there are no metrics here')),
      renderError: errorRenderer({ log: hub.log, baseUrl: () => baseUrl }),
      gatewayUrl: () => 'http://localhost',
      version: '0',
      spawnerInfo: NOTHING,
      authenticatorInfo: NOTHING,
    },
    `${baseUrl}hub/api`,
  )
  return (request) => api.fetch(request)
}
