import { z } from '@hono/zod-openapi'
import { HubgateError } from '../../base/errors.ts'
import { principalOfToken } from '../../hub/identity/identity.ts'
import { findService } from '../../hub/services/services.ts'
import { findUser } from '../../hub/users/users.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { identityScopes } from '../../model/identity-scopes.ts'
import type { Principal } from '../../model/principal.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { unionScopes } from '../../model/union-scopes.ts'
import { json } from '../answer.ts'
import { touch } from '../identify.ts'
import type { Call } from '../route.ts'
import { endpoint, openEndpoint } from '../route.ts'
import { serviceModel } from '../services/service-model.ts'
import { loadUser } from '../users/load-users.ts'
import { requireToken } from './require-token.ts'

/** What the caller may see of an owner whose token they have: their own scopes, and who it is. */
function scopesFor(caller: Principal, owner: Principal): ScopeSet {
  return unionScopes(caller.scopes, expandScopes(identityScopes(owner), owner, {}))
}

async function modelOf(
  { deps, hub, principal }: Call,
  owner: Principal,
): Promise<Record<string, unknown> | undefined> {
  const scopes = scopesFor(principal, owner)
  if (owner.kind === 'service') {
    const service = await findService(hub, owner.name)
    return service && serviceModel(deps, scopes, service)
  }
  const user = await findUser(hub, owner.name)
  return user && loadUser(deps, scopes, user)
}

/** `GET /authorizations/token/{token}`: the owner of a token, as far as the caller may see them. */
export const tokenEndpoint = endpoint({
  summary: 'Read whose token it is (deprecated: use GET /user with it)',
  answers: {
    200: { description: 'The user or service.', schema: z.looseObject({}) },
    404: { description: 'There is no such token.' },
  },
  handle: async (call) => {
    const { deps, hub, params, principal } = call
    requireToken(principal)
    const owner = await principalOfToken(hub, params.token)
    const model = owner && (await modelOf(call, owner))
    if (owner === undefined || model === undefined) throw new HubgateError('not_found')
    touch(deps, owner)
    return json(model)
  },
})

/** `POST /authorizations/token`, which made tokens before JupyterHub 2. */
export const removedEndpoint = openEndpoint({
  summary: 'Removed in JupyterHub 2: use POST /users/{name}/tokens',
  answers: { 404: { description: 'What to use instead.' } },
  handle: () => {
    throw new HubgateError(
      'not_found',
      'Deprecated endpoint /hub/api/authorizations/token is removed in JupyterHub 2.0.' +
        ' Use /hub/api/users/:user/tokens instead.',
    )
  },
})
