import { HubgateError } from '../../base/errors.ts'
import { configuredRoles } from '../../hub/owner-scopes.ts'
import { findService } from '../../hub/services.ts'
import { findUser } from '../../hub/users.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { listScopes } from '../../model/list-scopes.ts'
import type { Principal } from '../../model/principal.ts'
import { rolesOfService } from '../../model/roles.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { unionScopes } from '../../model/union-scopes.ts'
import { json } from '../answer.ts'
import type { ApiDeps } from '../deps.ts'
import { endpoint } from '../route.ts'
import { serviceModel } from '../services/service-model.ts'
import { loadUser } from '../users/load-users.ts'
import { identityModel } from './schemas.ts'

/** Everybody may know who they are, whatever the credential allows (wire-contract §3.6). */
function withIdentity(principal: Principal): ScopeSet {
  const raw =
    principal.kind === 'user'
      ? ['read:users:name!user', 'read:users:groups!user']
      : ['read:services:name!service']
  return unionScopes(principal.scopes, expandScopes(raw, principal, {}))
}

async function modelOf(
  deps: ApiDeps,
  principal: Principal,
): Promise<Record<string, unknown> | undefined> {
  const scopes = withIdentity(principal)
  if (principal.kind === 'user') {
    const user = await findUser(deps.hub, principal.name)
    return user && (await loadUser(deps, scopes, user))
  }
  const { config } = deps.hub.snapshot()
  const service = await findService(deps.hub, principal.name)
  return service && serviceModel(service, rolesOfService(configuredRoles(config), service), scopes)
}

/** `GET /user`: whose credential this is; how single-user servers and services check visitors (§1.4). */
export const whoAmIEndpoint = endpoint({
  summary: 'Read who the credential belongs to and what it allows',
  answers: { 200: { description: 'The user or service.', schema: identityModel } },
  handle: async ({ deps, principal }) => {
    const model = await modelOf(deps, principal)
    if (model === undefined) throw new HubgateError('forbidden')
    const { credential, scopes } = principal
    return json({
      ...model,
      token_id: credential.type === 'token' ? credential.id : null,
      session_id: null,
      scopes: listScopes(scopes),
    })
  },
})
