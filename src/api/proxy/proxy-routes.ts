import { isoTime } from '../../base/clock.ts'
import { HubgateError } from '../../base/errors.ts'
import { stopwatch } from '../../metrics/measures.ts'
import type { JsonObject } from '../../model/json.ts'
import { empty, json } from '../answer.ts'
import type { ApiDeps, RouteInfo } from '../deps.ts'
import { pageBody, pageOf } from '../pagination.ts'
import { endpoint } from '../route.ts'
import { pageOf as pageSchema, pagingQuery } from '../schemas/paging.ts'
import { newProxy, proxyTable } from './schemas.ts'

/** As JupyterHub shows routes. The hub's own was used just now, by the request that asks. */
async function withActivity(
  { activity, hub }: ApiDeps,
  routes: readonly RouteInfo[],
): Promise<JsonObject[]> {
  const servers = routes.flatMap(({ server }) => (server === undefined ? [] : [server]))
  const times = await activity.lastOfMany('server', servers)
  const lastOf = new Map(servers.map((server, i) => [server, times[i] ?? null]))
  return routes.map(({ routespec, target, data, server }) => {
    const used = server === undefined ? null : (lastOf.get(server) ?? null)
    const at = data['hub'] === true ? hub.clock.now() : used
    return { routespec, target, data: { ...data, last_activity: isoTime(at) } }
  })
}

/** `GET /proxy`: the routing table (wire-contract §1.12). */
export const readProxyEndpoint = endpoint({
  summary: 'Read the routing table',
  query: pagingQuery,
  answers: { 200: { description: 'The routes by prefix.', schema: pageSchema(proxyTable) } },
  handle: async (call) => {
    const page = pageOf(call)
    const routes = call.deps.routes().toSorted((a, b) => (a.routespec < b.routespec ? -1 : 1))
    const shown = routes.slice(page.offset, page.offset + page.limit)
    const models = await withActivity(call.deps, shown)
    const items = Object.fromEntries(models.map((model) => [String(model['routespec']), model]))
    const { public_url } = call.hub.snapshot().config
    return json(pageBody(call, page, items, routes.length, public_url))
  },
})

/** `POST /proxy`: every replica keeps its table up to date by itself; this one reads its anew. */
export const resyncProxyEndpoint = endpoint({
  summary: 'Make the routing table anew from the store',
  answers: { 200: { description: 'It is up to date.', type: 'application/json' } },
  handle: async ({ deps, hub }) => {
    const elapsed = stopwatch()
    await deps.resync()
    hub.metrics?.routesChecked(elapsed())
    return empty(200, 'application/json')
  },
})

/** `PATCH /proxy`: there is no other proxy than the gateway itself. */
export const moveProxyEndpoint = endpoint({
  summary: 'Say that another proxy is in charge: always refused, hubgate is its own proxy',
  body: newProxy,
  answers: { 400: { description: 'hubgate has no separate proxy.' } },
  handle: () => {
    throw new HubgateError(
      'bad_request',
      'hubgate has no separate proxy: each replica forwards requests itself. To have a replica ' +
        'read its routes anew, use POST on this path.',
    )
  },
})
