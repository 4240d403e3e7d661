import type { FilterKind } from '../model/scope-set.ts'
import type { Endpoint, GuardedPolicy, GuardedRoute, Method, OpenCall, Route } from './route.ts'

/** A route for anybody. */
export function open(method: Method, path: string, endpoint: Endpoint<OpenCall>): Route {
  return { method, path, policy: { kind: 'open' }, endpoint }
}

/** A route whose endpoint lets anybody in, or holders of one of the scopes, as configured. */
export function configured(
  method: Method,
  path: string,
  scopes: readonly string[],
  endpoint: Endpoint<OpenCall>,
): Route {
  return { method, path, policy: { kind: 'configured', scopes }, endpoint }
}

/** A route for those whom its policy lets in. */
export function guarded(
  method: Method,
  path: string,
  policy: GuardedPolicy,
  endpoint: Endpoint,
): GuardedRoute {
  return { method, path, policy, endpoint }
}

/** One of the scopes without a filter. */
export const unfiltered = (...scopes: string[]): GuardedPolicy => ({ kind: 'unfiltered', scopes })
/** One of the scopes for the user `{name}`. */
export const onUser = (...scopes: string[]): GuardedPolicy => ({ kind: 'user', scopes })
/** One of the scopes for the server `{server}` of the user `{name}`. */
export const onServer = (...scopes: string[]): GuardedPolicy => ({ kind: 'server', scopes })
/** One of the scopes for the group `{group}`. */
export const onGroup = (...scopes: string[]): GuardedPolicy => ({ kind: 'group', scopes })
/** One of the scopes for the service `{service}`. */
export const onService = (...scopes: string[]): GuardedPolicy => ({ kind: 'service', scopes })
/** The handler asks for the scopes itself. */
export const inHandler = (...scopes: string[]): GuardedPolicy => ({ kind: 'in-handler', scopes })

/** The scope in any form that the list can be narrowed to. */
export function listing(scope: string, ...filters: FilterKind[]): GuardedPolicy {
  return { kind: 'listing', scopes: [scope], filters }
}
