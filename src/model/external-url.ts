/** Written as any reader reads it: no user, no escapes, no query, whole segments. */
const EXTERNAL_URL = /^https?:\/\/[a-z0-9.[\]:-]+(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?$/

/** The address of a service outside the gateway, and all that is below. */
export interface ExternalUrl {
  readonly origin: string
  /** Without the port, as cookies see it. */
  readonly hostname: string
  /** Begins with `/` and ends without, but for `/` itself: what a cookie's path is. */
  readonly path: string
}

/** @returns undefined for a text that is no plain `http` or `https` URL of a folder */
export function parseExternalUrl(text: string): ExternalUrl | undefined {
  const url = EXTERNAL_URL.test(text) ? URL.parse(text) : null
  if (url === null) return undefined
  const { origin, hostname, pathname } = url
  return { origin, hostname, path: pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname }
}

/** Whether browsers send a domain's cookies to a host. */
export function isWithinDomain(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`)
}

/**
 * Whether a path, or one that is below it, is the gateway's own: the hub's, a user's or a service's.
 * @param path as of {@link ExternalUrl}
 * @param baseUrl begins and ends with `/`
 */
export function overlapsHub(path: string, baseUrl: string): boolean {
  const folder = path === '/' ? path : `${path}/`
  return ['hub/', 'user/', 'services/'].some((own) => {
    const root = baseUrl + own
    return root.startsWith(folder) || folder.startsWith(root)
  })
}
