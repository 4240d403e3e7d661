import type { HubContext } from './context.ts'

/** What to connect to where a listener takes connections on every address. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

function ownOrigin(hub: HubContext): string {
  const { listen } = hub.snapshot().config
  const host = LOOPBACK[listen.host] ?? listen.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${hub.port?.() ?? listen.port}`
}

/**
 * Where servers and services reach the hub's API, without a slash at the end:
 * `spawner.hub_connect_url`, else where this replica listens.
 */
export function hubApiUrl(hub: HubContext): string {
  const { base_url, spawner } = hub.snapshot().config
  const { hub_connect_url: url } = spawner
  return `${url === undefined ? ownOrigin(hub) : new URL(url).origin}${base_url}hub/api`
}
