import { withoutTokens } from './query-token.ts'
import type { Route } from './route.ts'

/**
 * The request target for a server: the raw one as received, without `token` parameters; with them for a
 * service, which checks its visitors by tokens and may have some of its own.
 */
export function forwardedTarget(route: Route, rawTarget: string): string {
  const mark = rawTarget.indexOf('?')
  if (mark < 0 || route.service !== undefined) return rawTarget
  return rawTarget.slice(0, mark) + withoutTokens(rawTarget.slice(mark))
}

/** What follows a server's prefix in a raw target; all of it when it is spelled in another way. */
export function pathBelow(route: Route, rawTarget: string): string {
  return rawTarget.startsWith(route.prefix) ? rawTarget.slice(route.prefix.length) : rawTarget
}
