import { requireScope } from '../auth/require-scope.ts'
import { HubgateError } from '../base/errors.ts'
import type { HubContext } from '../hub/context.ts'
import { findUser } from '../hub/users/users.ts'
import type { Resource } from '../model/allows.ts'
import type { Principal } from '../model/principal.ts'
import { fullName } from '../model/server.ts'
import type { GuardedPolicy, PathParams } from './route.ts'

/** A user as a resource, whether or not there is such a user. */
async function userNamed(hub: HubContext, name: string): Promise<Resource> {
  return { user: name, groupsOfUser: (await findUser(hub, name))?.groups ?? [] }
}

/** Lists are shown to whoever holds the scope in a form that the list can be narrowed to. */
function requireListing(
  principal: Principal,
  policy: Extract<GuardedPolicy, { kind: 'listing' }>,
): void {
  const [scope] = policy.scopes
  const held = principal.scopes.get(scope)
  const narrowed =
    held !== undefined && held !== true && policy.filters.some((kind) => held[kind] !== undefined)
  if (held === true || narrowed) return
  requireScope(principal, policy.scopes, undefined)
}

async function resourceOf(
  hub: HubContext,
  policy: GuardedPolicy,
  params: PathParams,
): Promise<Resource | undefined> {
  switch (policy.kind) {
    case 'user':
      return userNamed(hub, params.name)
    case 'server': {
      const server = fullName(params.name, params.server)
      return { ...(await userNamed(hub, params.name)), server }
    }
    case 'group':
      return { group: params.group }
    case 'service':
      return { service: params.service }
    case 'unfiltered':
    case 'listing':
    case 'identified':
    case 'in-handler':
      return undefined
  }
}

/** Whether one of the scopes is held for everything, so that it does not matter what is asked for. */
function holdsUnfiltered({ scopes, credential }: Principal, anyOf: readonly string[]): boolean {
  // Cookies of single servers and services are refused by requireScope.
  if (credential.type === 'server-session' || credential.type === 'service-session') return false
  return anyOf.some((scope) => scopes.get(scope) === true)
}

/** Notebook tokens tell here who they belong to, and do nothing else (design.md §2). */
function refuseNotebookToken({ credential }: Principal): void {
  if (credential.type === 'token' && credential.kind === 'notebook') {
    throw new HubgateError('notebook_token_refused')
  }
}

/**
 * Lets a request pass that the route's policy allows.
 * @returns the principal, who is known by now
 * @throws HubgateError as {@link requireScope} does; `forbidden` without a text where only being
 *   known matters (wire-contract §1.1, Auth failure)
 */
export async function authorize(
  hub: HubContext,
  policy: GuardedPolicy,
  principal: Principal | undefined,
  params: PathParams,
): Promise<Principal> {
  if (principal === undefined) {
    const byScope = policy.kind !== 'identified' && policy.kind !== 'in-handler'
    throw new HubgateError(byScope ? 'unauthenticated' : 'forbidden')
  }
  if (policy.kind === 'identified') return principal
  refuseNotebookToken(principal)
  if (policy.kind === 'in-handler') {
    await policy.check?.(hub, principal, params)
    return principal
  }
  if (policy.kind === 'listing') requireListing(principal, policy)
  else if (!holdsUnfiltered(principal, policy.scopes)) {
    requireScope(principal, policy.scopes, await resourceOf(hub, policy, params))
  }
  return principal
}
