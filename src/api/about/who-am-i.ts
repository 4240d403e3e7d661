import { HubgateError } from '../../base/errors.ts'
import { findService } from '../../hub/services/services.ts'
import { findUserFacts } from '../../hub/users/user-facts.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { identityScopes } from '../../model/identity-scopes.ts'
import { listScopes } from '../../model/list-scopes.ts'
import type { Principal } from '../../model/principal.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import { unionScopes } from '../../model/union-scopes.ts'
import { jsonText } from '../answer.ts'
import type { ApiDeps } from '../deps.ts'
import { endpoint } from '../route.ts'
import { serviceModel } from '../services/service-model.ts'
import { userQuery } from '../users/schemas.ts'
import { loadUserText } from '../users/user-text.ts'
import { identityModel } from './schemas.ts'

/** What is the same for a principal whenever they ask. */
interface Constant {
  /** Everybody may know who they are, whatever the credential allows (wire-contract §3.6). */
  scopes: ScopeSet
  /** The end of the answer's JSON, behind the model's members. */
  end: string
}

const constants = new WeakMap<Principal, Constant>()

function constantOf(principal: Principal): Constant {
  const known = constants.get(principal)
  if (known !== undefined) return known
  const { credential, scopes } = principal
  const credentials = {
    token_id: credential.type === 'token' ? credential.id : null,
    session_id: credential.type === 'token' ? (credential.session ?? null) : null,
    scopes: listScopes(scopes),
  }
  const made = {
    scopes: unionScopes(scopes, expandScopes(identityScopes(principal), principal, {})),
    end: `,${JSON.stringify(credentials).slice(1)}`,
  }
  constants.set(principal, made)
  return made
}

async function modelOf(
  deps: ApiDeps,
  principal: Principal,
  scopes: ScopeSet,
  includeStopped: boolean | undefined,
): Promise<string | undefined> {
  if (principal.kind === 'user') {
    const user = await findUserFacts(deps.hub, principal.name)
    // Somebody else may have the name by now.
    if (user?.record.id !== principal.id) return undefined
    return loadUserText(deps, scopes, user, includeStopped)
  }
  const service = await findService(deps.hub, principal.name)
  if (service === undefined) return undefined
  const model = await serviceModel(deps, scopes, service)
  // JupyterHub has null here, where the service itself answers an empty text.
  return JSON.stringify(model['url'] === '' ? { ...model, url: null } : model)
}

/** `GET /user`: whose credential this is; how single-user servers and services check visitors (§1.4). */
export const whoAmIEndpoint = endpoint({
  summary: 'Read who the credential belongs to and what it allows',
  query: userQuery,
  answers: { 200: { description: 'The user or service.', schema: identityModel } },
  handle: async ({ deps, principal, query }) => {
    const { scopes, end } = constantOf(principal)
    const model = await modelOf(deps, principal, scopes, query.include_stopped_servers)
    if (model === undefined) throw new HubgateError('forbidden')
    return jsonText(model.slice(0, -1) + end)
  },
})
