import { HubgateError } from '../base/errors.ts'
import type { Resource } from '../model/allows.ts'
import { allows } from '../model/allows.ts'
import type { Principal } from '../model/principal.ts'

/**
 * Lets pass who holds one of the scopes for the resource, with JupyterHub's three refusals
 * (wire-contract §1.1, Auth failure). Notebook tokens and cookies of servers and services never pass: they do not
 * authorize the hub (design.md §2).
 * @param anyOf scopes of which one is enough
 * @param resource what the path names; undefined needs a scope without filter
 * @throws HubgateError `unauthenticated`, `notebook_token_refused`, `insufficient_scope` when none
 *   of the scopes is held in a form that helps here, `no_access` when one is held for other
 *   resources than the one that is named
 */
export function requireScope(
  principal: Principal | undefined,
  anyOf: readonly string[],
  resource: Resource | undefined,
): asserts principal is Principal {
  if (principal === undefined) throw new HubgateError('unauthenticated')
  const { credential } = principal
  if (credential.type === 'server-session' || credential.type === 'service-session') {
    throw new HubgateError('unauthenticated')
  }
  if (credential.type === 'token' && credential.kind === 'notebook') {
    throw new HubgateError('notebook_token_refused')
  }
  const answers = anyOf.map((scope) => allows(principal.scopes, scope, resource))
  if (answers.includes('yes')) return
  // For the log: the caller is not told which (wire-contract §1.1).
  const detail = { anyOf, resource: resource ?? 'none named' }
  if (resource !== undefined && answers.includes('elsewhere')) {
    throw new HubgateError('no_access', undefined, { detail })
  }
  throw new HubgateError(
    'insufficient_scope',
    `Action is not authorized with current scopes; requires any of [${anyOf.join(', ')}]`,
    { detail },
  )
}
