import { proxyTable } from '../about/schemas.ts'
import { json } from '../answer.ts'
import { pageBody, pageOf } from '../pagination.ts'
import { endpoint } from '../route.ts'
import { pageOf as pageSchema, pagingQuery } from '../schemas/paging.ts'

/** `GET /proxy`: the routing table (wire-contract §1.12). */
export const readProxyEndpoint = endpoint({
  summary: 'Read the routing table',
  query: pagingQuery,
  answers: { 200: { description: 'The routes by prefix.', schema: pageSchema(proxyTable) } },
  handle: (call) => {
    const page = pageOf(call)
    const routes = call.deps.routes().toSorted((a, b) => (a.routespec < b.routespec ? -1 : 1))
    const shown = routes.slice(page.offset, page.offset + page.limit)
    const items = Object.fromEntries(
      shown.map(({ routespec, target, data }) => [routespec, { routespec, target, data }]),
    )
    const { public_url } = call.hub.snapshot().config
    return json(pageBody(call, page, items, routes.length, public_url))
  },
})
