import type { Config } from '../../config/schema.ts'
import { servicePrefix } from '../../model/service.ts'

/**
 * Where requests to a service go: the origin of its URL. A path in it is not used, as the request's own
 * is passed on as it is (wire-contract §7).
 * @returns null for a URL that requests may not be sent to (threats.md P39)
 */
export function serviceOrigin(url: string): string | null {
  if (!URL.canParse(url)) return null
  const { protocol, username, password, origin } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return null
  return username + password === '' ? origin : null
}

/** What is asked to see whether a service answers: its own prefix. */
export function probedUrl(config: Pick<Config, 'base_url'>, name: string, url: string): string {
  return `${serviceOrigin(url) ?? ''}${servicePrefix(config.base_url, name)}`
}
