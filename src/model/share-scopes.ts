import { parseScope } from './parse-scope.ts'
import { scopeFault } from './scope-fault.ts'
import type { CustomScopes } from './scope-table.ts'
import { fullName } from './server.ts'
import { normalizeUsername } from './username.ts'

/** What is shared when no scopes are named (wire-contract §10). */
export const DEFAULT_SHARE_SCOPES: readonly string[] = ['access:servers']

/** Whose server, and which (empty for the default one). */
export interface ServerPlace {
  readonly owner: string
  readonly server: string
}

/** Whether a server's name from outside, `user/name`, means this one. */
function means(name: string | null, { owner, server }: ServerPlace): boolean {
  const slash = name?.indexOf('/') ?? -1
  if (name === null || slash === -1) return false
  return normalizeUsername(name.slice(0, slash)) === owner && name.slice(slash + 1) === server
}

/**
 * Why a scope cannot be shared, in JupyterHub's words (wire-contract §10); null when it can: a known
 * one without a filter, or with the filter for just this server.
 */
export function shareFault(raw: string, place: ServerPlace, custom: CustomScopes): string | null {
  const fault = scopeFault(raw, custom, 'share')
  if (fault !== null) return fault
  const filter = parseScope(raw)?.filter ?? null
  if (filter === null || (filter.kind === 'server' && means(filter.name, place))) return null
  const given = raw.slice(raw.indexOf('!'))
  const own = fullName(place.owner, place.server)
  return `${given} not allowed on sharing ${raw}, only !server=${own}`
}

/** The scopes as a share keeps them: without filters, each once, sorted. */
export function bareScopes(scopes: readonly string[]): string[] {
  return [...new Set(scopes.map((raw) => parseScope(raw)?.base ?? raw))].sort()
}

/** The scopes of a share as they are shown and count: each for its server alone. */
export function filteredScopes(
  scopes: readonly string[],
  { owner, server }: ServerPlace,
): string[] {
  return scopes.map((scope) => `${scope}!server=${fullName(owner, server)}`).sort()
}
