import type { z } from '@hono/zod-openapi'
import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { scopesOfToken, scopesOfUser } from '../../hub/identity/identity.ts'
import { configuredRoles, isAdmin } from '../../hub/identity/owner-scopes.ts'
import { groupsOfNamed } from '../../hub/identity/owners.ts'
import { clientName } from '../../hub/oauth/clients.ts'
import { tokenExpiry } from '../../hub/tokens/token-lifetime.ts'
import { issueToken } from '../../hub/tokens/tokens.ts'
import { findUser } from '../../hub/users/users.ts'
import { allows } from '../../model/allows.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { intersectScopes } from '../../model/intersect-scopes.ts'
import type { Principal } from '../../model/principal.ts'
import { findRole, scopesOfRoles } from '../../model/roles.ts'
import type { ScopeSet } from '../../model/scope-set.ts'
import type { UserRecord } from '../../model/user.ts'
import { json } from '../answer.ts'
import { excessOf } from '../grants.ts'
import type { Call, PathParams } from '../route.ts'
import { endpoint } from '../route.ts'
import { userResource } from '../users/user-view.ts'
import { lastingScopes } from './lasting-scopes.ts'
import { createTokenBody, newToken } from './schemas.ts'
import { tokenModel } from './token-model.ts'

type Wish = NonNullable<z.output<typeof createTokenBody>>

const titleOf = ({ kind }: Principal): string => (kind === 'user' ? 'User' : 'Service')

/**
 * The user for whom the principal may make tokens. Whether the user is missing or out of reach is
 * not told (wire-contract §1.8); an admin is in reach of admins only (threats P25).
 */
export async function requireTokenOwner(
  hub: HubContext,
  principal: Principal,
  params: PathParams,
): Promise<UserRecord> {
  const user = await findUser(hub, params.name)
  const allowed =
    user !== undefined && allows(principal.scopes, 'tokens', userResource(user)) === 'yes'
  if (allowed && (principal.admin || !isAdmin(hub.snapshot().config, user))) return user
  throw new HubgateError(
    'forbidden',
    `${titleOf(principal)} ${params.name} not found or no permissions to generate tokens`,
  )
}

/**
 * The raw scopes of the token: those asked for, those of the roles asked for, or those of the role
 * `token`.
 */
function wantedScopes(hub: HubContext, { scopes, roles }: Wish): readonly string[] {
  const configured = configuredRoles(hub.snapshot().config)
  if (scopes != null && roles != null) {
    throw new HubgateError(
      'bad_request',
      'Can only assign one of scopes or roles when creating tokens.',
    )
  }
  const unknown = roles?.find((role) => findRole(configured, role) === undefined)
  if (unknown !== undefined) throw new HubgateError('bad_request', `No such role: ${unknown}`)
  return scopes ?? scopesOfRoles(configured, roles ?? ['token'])
}

/** What the token will allow, as far as its owner holds it: the rest is refused when it is made. */
async function givenBy(
  hub: HubContext,
  owner: UserRecord,
  raw: readonly string[],
): Promise<ScopeSet> {
  const held = await scopesOfUser(hub, owner)
  if (raw.includes('inherit')) return held
  const { custom_scopes } = hub.snapshot().config
  const asked = expandScopes(raw, { kind: 'user', name: owner.name }, custom_scopes)
  return intersectScopes(asked, held, await groupsOfNamed(hub, hub.cache, asked, held))
}

/**
 * A credential makes no token that allows more than itself (threats P24).
 * @returns what the token will allow
 * @throws HubgateError `forbidden` that lists what the credential lacks
 */
async function requireOwnScopes(
  { hub, principal }: Call,
  owner: UserRecord,
  raw: readonly string[],
): Promise<ScopeSet> {
  const given = await givenBy(hub, owner, raw)
  const excess = await excessOf(hub, principal, given)
  if (excess.length === 0) return given
  throw new HubgateError(
    'forbidden',
    `Not assigning requested scopes ${excess.join(',')} not held by ${titleOf(principal)} ${principal.name}`,
  )
}

function noteOf({ note }: Wish, { kind, name }: Principal, owner: UserRecord): string {
  if (typeof note === 'string' && note !== '') return note
  const self = kind === 'user' && name === owner.name
  return self ? 'Requested via api' : `Requested via api by ${kind} ${name}`
}

/** `POST /users/{name}/tokens`: a hub or a notebook token, as its scopes say (design.md §2). */
export const createTokenEndpoint = endpoint({
  summary: 'Make a token',
  body: createTokenBody,
  answers: { 201: { description: 'The token; its secret is shown this once.', schema: newToken } },
  handle: async (call) => {
    const { hub, principal, params, body = {} } = call
    const owner = await requireTokenOwner(hub, principal, params)
    const expiresAt = tokenExpiry(hub, body.expires_in)
    const raw = wantedScopes(hub, body)
    const given = await requireOwnScopes(call, owner, raw)
    const { token, record } = await issueToken(hub, {
      owner: { kind: 'user', name: owner.name, id: owner.id },
      ...lastingScopes(call, owner, raw, given),
      note: noteOf(body, principal, owner),
      expiresAt,
    })
    const facts = {
      scopes: await scopesOfToken(hub, record),
      lastActivity: null,
      client: await clientName(hub, record),
    }
    return json({ ...tokenModel(record, facts), token }, 201)
  },
})
