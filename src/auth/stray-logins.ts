import { isIP } from 'node:net'
import type { Config } from '../config/schema.ts'
import { clearCookie, cookieValues, hubPath, LOGIN_COOKIE, setCookie } from './cookies.ts'

/** Of longer paths the beginning is looked at. */
const MAX_PARTS = 3

/** A host has hardly more domains that a cookie can be for. */
const MAX_DOMAINS = 3

/** What the path of a cookie of ours may have; what is not of this kind no page of the hub needs. */
const PATH = /^[\w%@~./-]+$/

/** The paths that cookies for this page, and not for all of the hub, can have: `/hub/a`, `/hub/a/`, … */
function pathsWithin(root: string, pathname: string): string[] {
  if (!pathname.startsWith(root)) return []
  const parts = pathname.slice(root.length).split('/')
  const paths = parts.slice(0, MAX_PARTS).flatMap((_, i) => {
    const path = root + parts.slice(0, i + 1).join('/')
    return i + 1 < parts.length ? [path, `${path}/`] : [path]
  })
  return paths.filter((path) => path !== root && PATH.test(path))
}

/** The domains that cookies for a host can be for: `hub.uni.example`, `uni.example`. */
function domainsOf(hostname: string): string[] {
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return []
  const labels = hostname.split('.')
  const domains = labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'))
  return domains.slice(0, MAX_DOMAINS)
}

/**
 * The `Set-Cookie` lines that make the browser forget the login cookies which it has for a part of the
 * hub only. Ours is for all of it. Content of the same origin can set one more, for the login page
 * alone or for any other: then these two do not agree who is signed in, each sends the browser to the
 * other, and nobody ever gets in (threats.md P13).
 * @param page of the origin that the browser knows, with the path that was asked for
 * @param cookieHeader the request's `Cookie` header
 * @returns none for a browser without a login cookie
 */
export function strayLogins(
  config: Pick<Config, 'base_url' | 'public_url'>,
  page: Pick<URL, 'hostname' | 'pathname'>,
  cookieHeader: string | undefined,
): string[] {
  if (cookieValues(cookieHeader, LOGIN_COOKIE).length === 0) return []
  const domains = domainsOf(page.hostname)
  return pathsWithin(hubPath(config), page.pathname).flatMap((path) => [
    clearCookie(config, LOGIN_COOKIE, path),
    ...domains.map((domain) => setCookie(config, LOGIN_COOKIE, '', { path, domain, maxAge: 0 })),
  ])
}
