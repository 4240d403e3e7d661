/** What a request says about where it comes from. */
export interface OriginFacts {
  /** Upper case. */
  method: string
  /** A WebSocket upgrade. */
  isUpgrade: boolean
  /** The `Host` header. */
  host: string | undefined
  /** Whether the socket itself is TLS. */
  tls: boolean
  origin: string | undefined
  /** The `Sec-Fetch-Site`, `-Mode` and `-Dest` headers. */
  secFetchSite: string | undefined
  secFetchMode: string | undefined
  secFetchDest: string | undefined
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])
const FOREIGN_SITES = new Set(['cross-site', 'same-site'])

/**
 * The origin under which browsers know the gateway: that of `public_url`, else of the `Host` header.
 * @returns undefined when neither names one
 */
export function expectedOrigin(
  publicUrl: string | undefined,
  facts: Pick<OriginFacts, 'host' | 'tls'>,
): string | undefined {
  if (publicUrl !== undefined) return new URL(publicUrl).origin
  if (facts.host === undefined || /[\s/\\@?#]/.test(facts.host)) return undefined
  const url = URL.parse(`${facts.tls ? 'https' : 'http'}://${facts.host}`)
  return url?.host === '' ? undefined : url?.origin
}

/** Whether the browser says that another site, or a sibling host, asks. */
export function isForeignSite(facts: Pick<OriginFacts, 'secFetchSite'>): boolean {
  return facts.secFetchSite !== undefined && FOREIGN_SITES.has(facts.secFetchSite)
}

/** Whether a person went there: a link, the address bar, a form; not a script or an embedded frame. */
function isNavigation(facts: OriginFacts): boolean {
  return (
    facts.secFetchMode === 'navigate' &&
    (facts.secFetchDest === undefined || facts.secFetchDest === 'document')
  )
}

/**
 * Whether a page asks for the script of a service worker. It would answer for every page below its
 * prefix with headers that no gateway sees, outlive the visit, and know what tabs of the hub are open.
 */
export function isServiceWorker(facts: Pick<OriginFacts, 'secFetchDest'>): boolean {
  return facts.secFetchDest === 'serviceworker'
}

function isSame(publicUrl: string | undefined, facts: OriginFacts): boolean {
  return facts.origin !== undefined && facts.origin === expectedOrigin(publicUrl, facts)
}

/**
 * Why a request that a cookie authenticates must not be obeyed, or undefined when it may be
 * (threats.md P13, P14). Upgrades need exactly the expected `Origin`; so do methods that change
 * things, unless the browser says `Sec-Fetch-Site: same-origin`; the others may come from
 * elsewhere only as a navigation of the whole page.
 */
export function originFault(publicUrl: string | undefined, facts: OriginFacts): string | undefined {
  if (facts.isUpgrade) {
    return isSame(publicUrl, facts) && !isForeignSite(facts)
      ? undefined
      : 'WebSockets that a cookie opens must come from the same origin.'
  }
  if (SAFE_METHODS.has(facts.method)) {
    return isForeignSite(facts) && !isNavigation(facts)
      ? 'Pages of other sites cannot read this with your cookie.'
      : undefined
  }
  const trusted =
    isSame(publicUrl, facts) || (facts.origin === undefined && facts.secFetchSite === 'same-origin')
  return trusted && !isForeignSite(facts)
    ? undefined
    : 'Changes that a cookie authorizes must come from the same origin.'
}
