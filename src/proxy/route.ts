import type { NotebookAuth, ServerRecord } from '../model/server.ts'
import { fullName, isReady } from '../model/server.ts'
import { serverPrefix } from '../model/server-url.ts'

/** A running server, or a service, that requests are passed to. Immutable; a new run is a new route. */
export interface Route {
  /** Of a service: its name and its id as an OAuth client. Left out for a server. */
  readonly service?: { readonly name: string; readonly clientId: string | null }
  readonly user: string
  readonly userId: string
  /** Empty for the default server. */
  readonly server: string
  /** `user/name`. */
  readonly fullName: string
  readonly runId: string
  /** Where the server listens, `http://127.0.0.1:45123`: an origin, nothing more. */
  readonly url: string
  /** The path below which it answers, `/user/ada/`. */
  readonly prefix: string
  /** Who checks visitors: the gateway, or the server itself. */
  readonly auth: NotebookAuth
  /** What the server knows the gateway by; empty when it does not know it. Never shown. */
  readonly secret: string
  /** Run and url together: connections are never shared beyond it (threats.md P5). */
  readonly key: string
}

/** The origin of a URL that requests may be sent to (threats.md P39), or null. */
function upstreamOrigin(url: string): string | null {
  if (!URL.canParse(url)) return null
  const { protocol, username, password, pathname, search, hash, origin } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return null
  const extra = username + password + search + hash
  return extra === '' && pathname === '/' ? origin : null
}

/**
 * The route to a server, or null while it is not ready.
 * @param baseUrl begins and ends with `/`
 * @throws TypeError when the server's url is none that requests may be sent to
 */
export function routeOf(record: ServerRecord, baseUrl: string): Route | null {
  const { user, userId, name, runId, url, secret, auth = 'gateway' } = record
  if (!isReady(record) || runId === null || url === null || secret === null) return null
  const origin = upstreamOrigin(url)
  if (origin === null) throw new TypeError('not the URL of a server')
  return {
    user,
    userId,
    server: name,
    fullName: fullName(user, name),
    runId,
    url: origin,
    prefix: serverPrefix(baseUrl, user, name),
    auth,
    // With `oauth` it is the server's own: the gateway has no business with it.
    secret: auth === 'gateway' ? secret : '',
    key: `${runId} ${origin}`,
  }
}

/** Whether two routes lead to the same run in the same way. */
export function sameRoute(a: Route, b: Route): boolean {
  return a.key === b.key && a.secret === b.secret && a.prefix === b.prefix && a.userId === b.userId
}
