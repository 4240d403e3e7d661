import type { z } from '@hono/zod-openapi'
import { requireScope } from '../../auth/require-scope.ts'
import { HubgateError } from '../../base/errors.ts'
import { principalOfToken } from '../../hub/identity/identity.ts'
import { isAdmin } from '../../hub/identity/owner-scopes.ts'
import { sourcesOfService, sourcesOfUser } from '../../hub/identity/scope-sources.ts'
import { clientIssued } from '../../hub/oauth/clients.ts'
import { findService } from '../../hub/services/services.ts'
import { findToken } from '../../hub/tokens/tokens.ts'
import { findUser } from '../../hub/users/users.ts'
import type { Resource } from '../../model/allows.ts'
import { allows } from '../../model/allows.ts'
import type { ScopeSource } from '../../model/explain.ts'
import { boundToClient } from '../../model/oauth-client.ts'
import type { Principal } from '../../model/principal.ts'
import type { TokenOwner, TokenRecord } from '../../model/token.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { Call } from '../route.ts'
import { userResource } from '../users/user-view.ts'
import type { explainBody } from './schemas.ts'

export type ExplainCall = Call<unknown, z.output<typeof explainBody>>

/** Who is asked about. */
export interface Subject {
  owner: TokenOwner
  admin: boolean
  sources: readonly ScopeSource[]
  /** Null for an owner without a token. */
  token: TokenRecord | null
  /** The owner as a resource. */
  resource: Resource
  /** Whether the caller has no credential of theirs, and could not try what is asked. */
  isOther: boolean
}

/** One answer for what there is not and what is out of reach. */
const gone = (): HubgateError => new HubgateError('no_access')

type OwnerName = Pick<TokenOwner, 'kind' | 'name'>

/** @throws HubgateError `no_access` when there is none */
async function ownerNamed(
  { hub }: ExplainCall,
  { kind, name }: OwnerName,
): Promise<Omit<Subject, 'token' | 'isOther'>> {
  if (kind === 'service') {
    const service = await findService(hub, name)
    if (service === undefined) throw gone()
    const owner = { kind, name, id: service.id } as const
    const sources = sourcesOfService(hub, service)
    return { owner, admin: service.admin, sources, resource: { service: name } }
  }
  const user = await findUser(hub, name)
  if (user === undefined) throw gone()
  const admin = isAdmin(hub.snapshot().config, user)
  const sources = await sourcesOfUser(hub, user)
  return { owner: { kind, name, id: user.id }, admin, sources, resource: userResource(user) }
}

/** Anything that is asked about another is held for them, whether or not there is such a one. */
async function resourceNamed({ hub }: ExplainCall, { kind, name }: OwnerName): Promise<Resource> {
  if (kind === 'service') return { service: name }
  const user = await findUser(hub, name)
  return user === undefined ? { user: name, groupsOfUser: [] } : userResource(user)
}

async function tokenOf(call: ExplainCall, named: OwnerName, id: string): Promise<Subject> {
  const subject = await ownerNamed(call, named)
  const token = await findToken(call.hub, subject.owner, id)
  if (token === undefined) throw gone()
  const client = await clientIssued(call.hub, token)
  if (client === undefined) throw gone()
  if (client === null) return { ...subject, token, isOther: false }
  const scopes = [...token.scopes.map((scope) => boundToClient(client, scope)), client.accessScope]
  return { ...subject, token: { ...token, scopes: [...new Set(scopes)] }, isOther: false }
}

/** The subject of a credential that is known to be good. */
function subjectOf(call: ExplainCall, { kind, name, id, credential }: Principal): Promise<Subject> {
  if (credential.type === 'token') return tokenOf(call, { kind, name }, credential.id)
  return ownerNamed(call, { kind, name }).then((subject) => {
    if (subject.owner.id !== id) throw gone()
    return { ...subject, token: null, isOther: false }
  })
}

async function subjectOfSecret(call: ExplainCall, secret: string): Promise<Subject> {
  const principal = await principalOfToken(call.hub, secret)
  if (principal === undefined) throw gone()
  return subjectOf(call, principal)
}

async function subjectOfId(call: ExplainCall, owner: OwnerName, id: string): Promise<Subject> {
  const { principal } = call
  // Services' tokens are for those who may list everybody's.
  const resource = owner.kind === 'user' ? await resourceNamed(call, owner) : undefined
  requireScope(principal, ['read:tokens'], resource)
  return { ...(await tokenOf(call, owner, id)), isOther: true }
}

async function subjectWithoutToken(call: ExplainCall, owner: OwnerName): Promise<Subject> {
  requireScope(call.principal, roleScopes(owner), await resourceNamed(call, owner))
  return { ...(await ownerNamed(call, owner)), token: null, isOther: true }
}

/** What shows somebody's roles (wire-contract §1.5, §1.11). */
function roleScopes({ kind }: OwnerName): string[] {
  return kind === 'user' ? ['read:roles:users', 'read:users'] : ['read:roles:services']
}

/**
 * Whom a request asks about. One's own credential and a token that one has need no scope; a token by
 * its id needs `read:tokens` for its owner; a user or service the scope to read their roles.
 * @throws HubgateError `no_access` for who is not there or out of reach, `insufficient_scope` for
 *   callers who hold the scope for nobody
 */
export function findSubject(call: ExplainCall): Promise<Subject> {
  const { token, token_id, owner, owner_kind, user, service } = call.body
  if (token != null) return subjectOfSecret(call, token)
  if (token_id != null && owner != null) {
    const name = owner_kind === 'service' ? owner : normalizeUsername(owner)
    return subjectOfId(call, { kind: owner_kind ?? 'user', name }, token_id)
  }
  if (user != null)
    return subjectWithoutToken(call, { kind: 'user', name: normalizeUsername(user) })
  if (service != null) return subjectWithoutToken(call, { kind: 'service', name: service })
  return subjectOf(call, call.principal)
}

/** Whether the caller may read the roles of whom they ask about. */
export function maySeeRoles({ scopes }: Principal, { owner, resource }: Subject): boolean {
  return roleScopes(owner).some((scope) => allows(scopes, scope, resource) === 'yes')
}
