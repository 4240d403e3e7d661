import { serviceCookieName } from '../../../src/auth/cookies.ts'
import type { ServiceRequest } from '../../../src/auth/forward-auth/forward-auth.ts'
import { openServiceSession } from '../../../src/hub/identity/service-sessions.ts'
import { openSession } from '../../../src/hub/identity/sessions.ts'
import { issueToken } from '../../../src/hub/tokens/tokens.ts'
import type { UserRecord } from '../../../src/model/user.ts'
import type { ConfigInput, TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser, ownerOf } from '../../support/people.ts'

export const HUB = 'https://hub.example.org'
export const GRAFANA = 'https://grafana.example.org'
export const SERVICE_TOKEN = 'robot-token-of-the-config-map'

/** Grafana, which ada and the robot may use and eve may not; wiki, which nobody but an admin may. */
export function worldConfig(grafana: object = {}): ConfigInput {
  return {
    public_url: HUB,
    custom_scopes: { 'custom:grades:read': { description: 'Read grades' } },
    load_roles: [
      {
        name: 'viewer',
        scopes: [
          'access:services!service=grafana',
          'custom:grades:read!group=class a',
          'custom:grades:read!group=\r\nX:y',
        ],
        users: ['ada'],
        services: ['robot'],
      },
    ],
    services: [
      { name: 'robot', api_token: SERVICE_TOKEN },
      {
        name: 'grafana',
        url: 'http://127.0.0.1:1',
        forward_auth: { external_urls: [`${GRAFANA}/`], cookie_domain: 'example.org', ...grafana },
      },
      { name: 'wiki', url: 'http://127.0.0.1:2', forward_auth: {} },
      { name: 'plain', url: 'http://127.0.0.1:3' },
    ],
  }
}

export interface World {
  hub: TestHub
  ada: UserRecord
  eve: UserRecord
  /** The cookie of a service in a browser where somebody is signed in. */
  cookieOf: (user: UserRecord, service?: string, wide?: boolean) => Promise<string>
  tokenOf: (user: UserRecord, ...scopes: string[]) => Promise<string>
}

export async function openWorld(config: ConfigInput = worldConfig()): Promise<World> {
  const hub = await openTestHub({ config })
  const [ada, eve] = [await makeUser(hub, 'ada'), await makeUser(hub, 'eve')]
  return {
    hub,
    ada,
    eve,
    cookieOf: async (user, service = 'grafana', wide = false) => {
      const { session } = await openSession(hub, user)
      const { secret } = await openServiceSession(hub, session, { service, wide })
      return `${serviceCookieName(service)}=${secret}`
    },
    tokenOf: async (user, ...scopes) => {
      const wish = { owner: ownerOf(user), scopes, note: '', expiresAt: null }
      return (await issueToken(hub, wish)).token
    },
  }
}

/** A request for grafana behind the gateway, as a browser makes it that follows a link. */
export function requestFor(parts: Partial<ServiceRequest> = {}): ServiceRequest {
  return {
    service: 'grafana',
    authorization: undefined,
    cookieHeader: undefined,
    queryTokens: [],
    servedAt: undefined,
    atHub: true,
    method: 'GET',
    isUpgrade: false,
    host: 'hub.example.org',
    tls: true,
    origin: undefined,
    secFetchSite: 'none',
    secFetchMode: 'navigate',
    secFetchDest: 'document',
    ...parts,
  }
}
