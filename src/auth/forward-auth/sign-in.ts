import type { Config } from '../../config/schema.ts'
import { isWithinDomain } from '../../model/external-url.ts'
import { servicePrefix } from '../../model/service.ts'
import type { CookieOptions } from '../cookies.ts'
import { hubPath } from '../cookies.ts'
import { forwardAuthOf } from './may-use.ts'
import type { ServicePlace } from './service-places.ts'

/** The name of the page below the hub's path that gives a visitor the cookie of a service. */
export const SERVICE_SIGN_IN = 'service-sign-in'

/** Longer addresses are not gone back to (the login page takes none): the visitor comes to where the service begins. */
const MAX_PATH = 4096

/**
 * Where a browser is sent to get a service's cookie and come back: a path of the hub. It says nothing
 * about whether there is such a service.
 * @param wish.service its name, when it is known
 * @param wish.next what was asked for: a path of the gateway, or an absolute URL
 */
export function signInPath(
  config: Pick<Config, 'base_url'>,
  wish: { service?: string | undefined; next?: string | undefined },
): string {
  const path = `${hubPath(config)}${SERVICE_SIGN_IN}`
  const named = new URLSearchParams(wish.service === undefined ? {} : { service: wish.service })
  const whole = new URLSearchParams(named)
  if (wish.next !== undefined) whole.set('next', wish.next)
  const best = `${path}?${whole.toString()}`
  return best.length <= MAX_PATH ? best : `${path}?${named.toString()}`
}

/** Where a service's cookie is to be sent, and whether sibling hosts get it as well. */
export interface CookiePlace extends Pick<CookieOptions, 'path' | 'domain'> {
  wide: boolean
}

/**
 * How the hub can give a browser the cookie for a place of a service: one of its own host, or of the
 * domain that both hosts are in.
 * @param hubHost the host of the hub as the browser knows it, without port
 * @returns undefined when no cookie of the hub's reaches that host
 */
export function cookiePlace(
  config: Config,
  hubHost: string,
  { service, origin, path }: ServicePlace,
): CookiePlace | undefined {
  const { hostname } = new URL(origin)
  const own = servicePrefix(config.base_url, service)
  if (hostname === hubHost) return { path: own === `${path}/` ? own : path, wide: false }
  const domain = forwardAuthOf(config, service)?.cookie_domain
  if (domain === undefined) return undefined
  const covers = isWithinDomain(hostname, domain) && isWithinDomain(hubHost, domain)
  return covers ? { path, domain, wide: true } : undefined
}
