import type { Resource } from '../model/allows.ts'
import { allows } from '../model/allows.ts'
import type { Principal } from '../model/principal.ts'

/**
 * Which of a listing's users or groups somebody sees, for the queries of the hub.
 * @returns undefined for all of them
 */
export function visibleIn(
  principal: Principal,
  scope: string,
): ((resource: Resource) => boolean) | undefined {
  if (principal.scopes.get(scope) === true) return undefined
  return (resource) => allows(principal.scopes, scope, resource) === 'yes'
}
