import type { Context } from 'hono'
import type { Authenticator } from '../auth/authenticators/port.ts'
import { hubPath } from '../auth/cookies.ts'
import type { LoginLimit } from '../auth/login-limit.ts'
import type { OriginFacts } from '../auth/origin.ts'
import { expectedOrigin, isForeignSite } from '../auth/origin.ts'
import { HubgateError } from '../base/errors.ts'
import type { Config } from '../config/schema.ts'
import type { Activity } from '../hub/activity/activity.ts'
import type { HubContext } from '../hub/context.ts'

/** What a page is told about the connection that a request came on. */
export interface Connection {
  /** The client's address, for the limit of failed logins. */
  address: string
  /** Whether the socket itself is TLS. */
  tls: boolean
}

export interface PagesDeps {
  hub: HubContext
  activity: Activity
  /** The authenticator in force now. */
  authenticator: () => Authenticator
  /** Answers a request to the REST API, for which the pages are a client like others. */
  api: (request: Request) => Promise<Response>
  /** One for all replicas' listeners of this process; made when left out. */
  limit?: LoginLimit
  /** Who is connected; from @hono/node-server's socket when left out. */
  connection?: (c: Context) => Connection
}

/** One request for a page. */
export interface Visit {
  readonly c: Context
  readonly deps: PagesDeps & { limit: LoginLimit }
  readonly config: Config
  /** `/hub/` */
  readonly hubPath: string
  /** The gateway's own origin, as the browser knows it. */
  readonly origin: string
  readonly facts: OriginFacts
  readonly connection: Connection
}

interface NodeEnv {
  incoming?: { socket?: { remoteAddress?: string; encrypted?: boolean } }
}

function socketOf(c: Context): Connection {
  const socket = (c.env as NodeEnv | undefined)?.incoming?.socket
  return { address: socket?.remoteAddress ?? '', tls: socket?.encrypted === true }
}

/** @throws HubgateError `bad_request` for a request without a usable `Host` */
export function openVisit(c: Context, deps: Visit['deps']): Visit {
  const config = deps.hub.snapshot().config
  const connection = (deps.connection ?? socketOf)(c)
  const facts: OriginFacts = {
    method: c.req.method,
    isUpgrade: false,
    host: c.req.header('host') ?? new URL(c.req.url).host,
    tls: connection.tls,
    origin: c.req.header('origin'),
    secFetchSite: c.req.header('sec-fetch-site'),
    secFetchMode: c.req.header('sec-fetch-mode'),
    secFetchDest: c.req.header('sec-fetch-dest'),
  }
  const origin = expectedOrigin(config.public_url, facts)
  if (origin === undefined) throw new HubgateError('bad_request', 'The Host header is not valid.')
  return { c, deps, config, hubPath: hubPath(config), origin, facts, connection }
}

/**
 * Hub pages are for people who go to them: not for scripts of sibling content, which shares the
 * origin and could read a form's XSRF value, nor for frames (threats.md P17).
 * @throws HubgateError `forbidden`
 */
export function requireNavigation({ facts }: Visit): void {
  const { secFetchDest, secFetchMode } = facts
  const scripted = secFetchDest !== undefined && secFetchDest !== 'document'
  const foreign = isForeignSite(facts) && secFetchMode !== undefined && secFetchMode !== 'navigate'
  if (scripted || foreign) {
    throw new HubgateError('forbidden', 'Open this page in a window of its own.')
  }
}
