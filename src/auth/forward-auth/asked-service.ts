import type { Config } from '../../config/schema.ts'
import { forwardAuthOf } from './may-use.ts'
import type { OriginalRequest, ReadHeader } from './original-request.ts'
import { placedUrl, placesOfService } from './service-places.ts'

/** What a proxy's subrequest says of itself. */
export interface Subrequest {
  /** Upper case. */
  method: string
  /** The `Host` header, with or without port. */
  host: string
  header: ReadHeader
}

/** What the part of a {@link ServiceRequest} is that follows from the address and the headers. */
export interface AskedService {
  /** Empty, which no service's name is, when what is asked for is no service's. */
  service: string
  method: string
  isUpgrade: boolean
  servedAt: string | undefined
  atHub: boolean
  queryTokens: readonly string[]
}

function hostname(host: string): string {
  return URL.parse(`http://${host}`)?.hostname.replace(/\.$/, '') ?? ''
}

/**
 * The method that the visitor used. nginx asks with GET whatever it was; when it does not say so, a
 * request with an `Origin` is treated like one that changes things.
 */
function methodOf(original: OriginalRequest, { method, header }: Subrequest): string {
  if (original.method !== undefined) return original.method
  if (method !== 'GET' && method !== 'HEAD') return method
  return header('origin') === null ? method : 'POST'
}

/**
 * The origin of the service's pages when the address is not told: of those that other proxies have,
 * the one that the request names. Pages behind the gateway share their origin with everybody's.
 */
function originOf(
  config: Config,
  ownOrigin: string | undefined,
  service: string,
  header: ReadHeader,
): string | undefined {
  const places = placesOfService(config, ownOrigin, service)
  const external = places.filter(({ own }) => !own)
  const origins = (external.length > 0 ? external : places).map(({ origin }) => origin)
  return origins.find((origin) => origin === header('origin')) ?? origins[0]
}

/**
 * Which service a proxy asks about, and from where. An address that is not of the service that the
 * path names is nobody's: one of the two was not said by the proxy.
 * @param named the service that the path of the subrequest names; empty when it names none
 */
export function askedService(
  config: Config,
  named: string,
  original: OriginalRequest,
  subrequest: Subrequest,
): AskedService {
  const { header, host } = subrequest
  const ownOrigin = config.public_url === undefined ? undefined : new URL(config.public_url).origin
  const placed = original.url === undefined ? undefined : placedUrl(config, ownOrigin, original.url)
  const ofUrl = placed?.place.service ?? ''
  const service =
    original.url === undefined || named === ofUrl || named === '' ? named || ofUrl : ''
  const hasSocket = header('upgrade') !== null || header('sec-websocket-key') !== null
  return {
    service: forwardAuthOf(config, service) === undefined ? '' : service,
    method: methodOf(original, subrequest),
    isUpgrade: hasSocket,
    servedAt: placed?.place.origin ?? originOf(config, ownOrigin, service, header),
    atHub: ownOrigin === undefined || new URL(ownOrigin).hostname === hostname(host),
    queryTokens: placed?.url.searchParams.getAll('token') ?? [],
  }
}
