import type { RouteInfo } from '../api/deps.ts'
import type { RouteTable } from '../proxy/route-table.ts'
import type { ServiceTable } from '../proxy/service-table.ts'

/** The routing table as `GET /hub/api/proxy` shows it: the hub's own route first, no secrets. */
export function routeInfos(
  routes: Pick<RouteTable, 'all'>,
  services: Pick<ServiceTable, 'all'>,
  baseUrl: string,
  hubUrl: string,
): readonly RouteInfo[] {
  const hub: RouteInfo = { routespec: baseUrl, target: hubUrl, data: { hub: true } }
  const servers = routes.all().map(({ prefix, url, user, userId, server }) => ({
    routespec: prefix,
    target: url,
    data: { user, server_name: server },
    server: [userId, server] as const,
  }))
  const ofServices = services.all().map(({ prefix, url, service }) => ({
    routespec: prefix,
    target: url,
    data: { service: service?.name ?? '' },
  }))
  return [hub, ...servers, ...ofServices]
}
