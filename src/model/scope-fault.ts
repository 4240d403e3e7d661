import { parseScope } from './parse-scope.ts'
import type { CustomScopes } from './scope-table.ts'
import { isKnownScope, METASCOPES } from './scope-table.ts'

/**
 * Why a scope cannot be given, in JupyterHub's words (wire-contract §1.8, §3.2); null when it can.
 * A known scope with a filter that fits badly (`read:users!server=x`) is fine and allows nothing.
 * Stricter than JupyterHub: `scope!`, `scope!user=` and a metascope with a filter are refused here,
 * where JupyterHub accepts them and then allows everything, fails, or allows nothing.
 * @param holder what the scope is for, as the message names it: `token`, `role grader`
 */
export function scopeFault(raw: string, custom: CustomScopes, holder = 'token'): string | null {
  const mark = raw.indexOf('!')
  const base = mark === -1 ? raw : raw.slice(0, mark)
  if (!isKnownScope(base, custom)) {
    return base === 'all'
      ? "Draft scope 'all' is now called 'inherit'"
      : `Scope '${raw}' for ${holder} does not exist`
  }
  const scope = parseScope(raw)
  if (scope === null || (scope.filter !== null && METASCOPES.has(base))) {
    const filter = raw.slice(mark + 1)
    return `Scope filter ${filter} '!${filter}' in scope '${raw}' for ${holder} does not exist`
  }
  return null
}
