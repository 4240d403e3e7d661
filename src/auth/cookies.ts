import { sha256 } from '../base/hash.ts'
import { trimOws } from '../base/trim-ows.ts'
import type { Config } from '../config/schema.ts'
import { fullName } from '../model/server.ts'

/** Every cookie of the gateway begins so, and none of them is ever forwarded to a server. */
export const COOKIE_PREFIX = 'hubgate-'

/** The browser's session with the hub; its path is `{hub}`. */
export const LOGIN_COOKIE = `${COOKIE_PREFIX}login`

/** What ties a login form to the browser that was given it; its path is `{hub}login`. */
export const PRESESSION_COOKIE = `${COOKIE_PREFIX}presession`

/**
 * The public id of a browser's session, under JupyterHub's name; its path is `{base}`. It opens nothing:
 * servers and services that sign their visitors in themselves tell sessions apart by it.
 */
export const SESSION_ID_COOKIE = 'jupyterhub-session-id'

/** So many cookies of one name are looked at; a browser sends one. */
const MAX_SAME_NAMED = 8

/** The name of the cookie that opens one server: fixed length, injective in practice, no client data. */
export function serverCookieName(user: string, server: string): string {
  return `${COOKIE_PREFIX}server-${sha256(fullName(user, server)).slice(0, 16)}`
}

/** The name of the cookie that opens one service that the gateway signs visitors in for. */
export function serviceCookieName(service: string): string {
  return `${COOKIE_PREFIX}service-${sha256(service).slice(0, 16)}`
}

/** The path of the hub's pages and API, with both slashes: `/hub/`. */
export function hubPath(config: Pick<Config, 'base_url'>): string {
  return `${config.base_url}hub/`
}

/**
 * The cookies of a `Cookie` header, in its order, as they are: nothing is decoded. Names match
 * exactly after trimming spaces and tabs, and nothing else (threats.md P16).
 */
export function parseCookies(header: string | undefined): [name: string, value: string][] {
  const cookies: [string, string][] = []
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at < 0) continue
    cookies.push([trimOws(part.slice(0, at)), trimOws(part.slice(at + 1))])
  }
  return cookies
}

/** The values of all cookies of a name: a sibling page may have set more than ours. */
export function cookieValues(header: string | undefined, name: string): string[] {
  const values = parseCookies(header).filter(([one, value]) => one === name && value !== '')
  return values.slice(0, MAX_SAME_NAMED).map(([, value]) => value)
}

export interface CookieOptions {
  /** Percent-encoded already; begins with `/`. */
  path: string
  /** For all hosts of a domain; left out for the one host that sets it. */
  domain?: string
  /** Seconds to live; left out for the time the browser is open, 0 removes the cookie. */
  maxAge?: number
}

/**
 * A `Set-Cookie` line: `HttpOnly`, `SameSite=Lax`, and `Secure` when the public URL is https.
 * @throws TypeError for a name, value, path or domain that could add attributes of its own
 */
export function setCookie(
  config: Pick<Config, 'public_url'>,
  name: string,
  value: string,
  options: CookieOptions,
): string {
  if (!/^[\w-]+$/.test(name) || !/^[\w-]*$/.test(value) || !/^\/[\w%@~./-]*$/.test(options.path)) {
    throw new TypeError(`not a safe cookie: ${name}`)
  }
  if (options.domain !== undefined && !/^[a-z0-9.-]+$/.test(options.domain)) {
    throw new TypeError(`not a safe domain for a cookie: ${name}`)
  }
  const secure = config.public_url?.startsWith('https:') === true
  return [
    `${name}=${value}`,
    `Path=${options.path}`,
    ...(options.domain === undefined ? [] : [`Domain=${options.domain}`]),
    ...(options.maxAge === undefined ? [] : [`Max-Age=${Math.max(0, Math.floor(options.maxAge))}`]),
    'HttpOnly',
    'SameSite=Lax',
    ...(secure ? ['Secure'] : []),
  ].join('; ')
}

/** A `Set-Cookie` line that makes the browser forget a cookie. */
export function clearCookie(
  config: Pick<Config, 'public_url'>,
  name: string,
  path: string,
): string {
  return setCookie(config, name, '', { path, maxAge: 0 })
}
