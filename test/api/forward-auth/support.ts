import { serviceCookieName } from '../../../src/auth/cookies.ts'
import { openServiceSession } from '../../../src/hub/identity/service-sessions.ts'
import { openSession } from '../../../src/hub/identity/sessions.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import type { ConfigInput } from '../../support/hub.ts'
import type { Rig } from '../harness.ts'
import { openRig } from '../harness.ts'

export const HUB = 'https://hub.example.org'
export const GRAFANA = 'https://grafana.example.org'
/** A proxy that is trusted, and one that is not. */
export const PROXY = '10.0.0.7'
export const STRANGER = '10.0.1.7'

const CONFIG: ConfigInput = {
  public_url: HUB,
  trusted_proxies: ['10.0.0.0/24'],
  load_roles: [{ name: 'viewer', scopes: ['access:services!service=grafana'], users: ['ada'] }],
  services: [
    {
      name: 'grafana',
      forward_auth: { external_urls: [`${GRAFANA}/`], cookie_domain: 'example.org' },
    },
    { name: 'wiki', forward_auth: { external_urls: [`${HUB}/wiki/`] } },
    {
      name: 'home',
      url: 'http://127.0.0.1:1',
      forward_auth: { scope: 'access:services!service=grafana' },
    },
  ],
}

export interface ProxyRig extends Rig {
  /** A proxy's subrequest. */
  ask: (
    path: string,
    headers?: Record<string, string>,
    options?: { method?: string; peer?: string },
  ) => Promise<Response>
  /** The `Cookie` header of a browser where somebody is signed in to a service. */
  cookieOf: (user: string, service?: string, wide?: boolean) => Promise<string>
}

export async function openProxyRig(config: ConfigInput = {}): Promise<ProxyRig> {
  const rig = await openRig({ config: { ...CONFIG, ...config } })
  return {
    ...rig,
    ask: (path, headers = {}, { method = 'GET', peer = PROXY } = {}) =>
      rig.fetch(`/forward-auth${path}`, { method, headers }, peer),
    cookieOf: async (name, service = 'grafana', wide = true) => {
      const user = await findUser(rig.hub, name)
      if (user === undefined) throw new Error(`no user ${name}`)
      const { session } = await openSession(rig.hub, user)
      const { secret } = await openServiceSession(rig.hub, session, { service, wide })
      return `${serviceCookieName(service)}=${secret}`
    },
  }
}

/** What nginx says of a request for an address. */
export function nginx(url: string, method = 'GET'): Record<string, string> {
  return { 'X-Original-URL': url, 'X-Original-Method': method }
}

/** What Traefik and Caddy say of it. */
export function traefik(url: string, method = 'GET'): Record<string, string> {
  const { protocol, host, pathname, search } = new URL(url)
  return {
    'X-Forwarded-Proto': protocol.slice(0, -1),
    'X-Forwarded-Host': host,
    'X-Forwarded-Uri': pathname + search,
    'X-Forwarded-Method': method,
  }
}
