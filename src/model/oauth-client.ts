/** A server or service that may ask people to sign in with it (wire-contract §6.1). */
export interface OAuthClient {
  readonly id: string
  readonly kind: 'server' | 'service'
  /** Which one of this id: the run of a server, the id of a service. What was granted ends with it. */
  readonly instance: string
  /** SHA-256 of each secret that it proves itself with, hex; any one will do. */
  readonly secretDigests: readonly string[]
  /** Where sign-ins lead back to, byte for byte: a URL, or a path of the hub. */
  readonly redirectUri: string
  /** What pages and the API call it. */
  readonly description: string
  /** Raw scopes that it may ask for, its access scope among them. */
  readonly allowedScopes: readonly string[]
  /** What a visitor must hold: `access:servers!server=u/s` or `access:services!service=n`. */
  readonly accessScope: string
  /** Whether people are not asked for their consent. */
  readonly noConfirm: boolean
  /** The server that it is; empty name for a default one. */
  readonly server?: { readonly user: string; readonly name: string; readonly userId: string }
  /** The name of the service that it is. */
  readonly service?: string
}

/** What clients of servers' ids begin with. */
export const SERVER_CLIENT_PREFIX = 'jupyterhub-user-'

/** As Python's `quote` escapes what is not in a path: all but unreserved characters and `/`. */
function quote(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * The OAuth client id of a server, which is also the name of its cookie (wire-contract §5.1). It does
 * not tell `a-b`'s default server from `a`'s server `b`: who reads one back looks for both.
 */
export function serverClientId(user: string, server: string): string {
  const own = `${SERVER_CLIENT_PREFIX}${quote(user)}`
  return server === '' ? own : `${own}-${quote(server)}`
}

/** A raw scope with the client's own server or service in place of a bare `!server` or `!service`. */
export function boundToClient(
  { server, service }: Pick<OAuthClient, 'server' | 'service'>,
  scope: string,
): string {
  if (server !== undefined && scope.endsWith('!server')) {
    return `${scope}=${server.user}/${server.name}`
  }
  if (service !== undefined && scope.endsWith('!service')) return `${scope}=${service}`
  return scope
}
