import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { configuredRoles } from '../../hub/identity/owner-scopes.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { parseScope } from '../../model/parse-scope.ts'
import type { Principal } from '../../model/principal.ts'
import { scopesOfRoles } from '../../model/roles.ts'
import { scopeFault } from '../../model/scope-fault.ts'
import { SELF_SCOPES } from '../../model/scope-table.ts'
import { excessOf, requireAdminGrant } from '../grants.ts'

/** What a new service would get, as far as somebody else gives it. */
export interface ServiceGrant {
  name: string
  admin: boolean
  /** What it may ask of visitors who sign in to it; raw. */
  allowedScopes: readonly string[]
  /** Whether visitors are not asked. */
  noConfirm: boolean
}

/**
 * The scopes that somebody gives by allowing a raw one. Without a confirmation page what is a
 * visitor's own is given for every visitor, not only for the giver.
 */
function givenBy({ name, noConfirm }: ServiceGrant, raw: string): readonly string[] {
  if (raw === 'self' && noConfirm) return SELF_SCOPES
  const scope = parseScope(raw)
  if (scope?.filter?.name !== null) return [raw]
  const { base, filter } = scope
  if (filter.kind === 'service') return [`${base}!service=${name}`]
  return filter.kind === 'user' && noConfirm ? [base] : [raw]
}

function refuseUnknown(hub: HubContext, { name, allowedScopes }: ServiceGrant): void {
  const { custom_scopes } = hub.snapshot().config
  for (const scope of allowedScopes) {
    const fault = scopeFault(scope, custom_scopes, `service ${name}`)
    if (fault !== null) throw new HubgateError('bad_request', fault)
  }
}

/**
 * Nobody makes a service that can do more than their own credential (threats P24), and only admins
 * make one an admin (P25).
 * @throws HubgateError `bad_request` for scopes that do not exist or that the giver lacks, as
 *   JupyterHub answers it; `forbidden` when somebody who is no admin makes one
 */
export async function requireServiceGrant(
  hub: HubContext,
  giver: Principal,
  grant: ServiceGrant,
): Promise<void> {
  refuseUnknown(hub, grant)
  const { config } = hub.snapshot()
  // `inherit` is all that a visitor may do: as much as the role admin when an admin visits.
  const likeAdmin = grant.admin || grant.allowedScopes.includes('inherit')
  const ofRole = likeAdmin ? scopesOfRoles(configuredRoles(config), ['admin']) : []
  const raw = [...ofRole, ...grant.allowedScopes.flatMap((scope) => givenBy(grant, scope))]
  const excess = await excessOf(hub, giver, expandScopes(raw, giver, config.custom_scopes))
  if (excess.length > 0) {
    const holder = `${giver.kind === 'user' ? 'User' : 'Service'} ${giver.name}`
    throw new HubgateError(
      'bad_request',
      `Not assigning requested scopes ${excess.join(',')} not held by ${holder}`,
    )
  }
  if (likeAdmin) await requireAdminGrant(hub, giver)
}
