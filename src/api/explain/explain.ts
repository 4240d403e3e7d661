import { requireScope } from '../../auth/require-scope.ts'
import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { groupsOfNamed } from '../../hub/identity/owners.ts'
import { findUser } from '../../hub/users/users.ts'
import type { Resource } from '../../model/allows.ts'
import { expandScopes } from '../../model/expand-scopes.ts'
import { explain } from '../../model/explain.ts'
import type { GroupsOf } from '../../model/scope-filters.ts'
import { ownerOfServer } from '../../model/scope-filters.ts'
import { isKnownScope, METASCOPES } from '../../model/scope-table.ts'
import { fullName } from '../../model/server.ts'
import { normalizeUsername } from '../../model/username.ts'
import { json } from '../answer.ts'
import { endpoint } from '../route.ts'
import { explainBody, explanation } from './schemas.ts'
import type { ExplainCall, Subject } from './subject.ts'
import { findSubject, maySeeRoles } from './subject.ts'

/** @throws HubgateError `bad_request` for what is no scope by itself */
function requireBaseScope(hub: HubContext, scope: string): void {
  const { custom_scopes } = hub.snapshot().config
  if (isKnownScope(scope, custom_scopes) && !METASCOPES.has(scope)) return
  const hint = METASCOPES.has(scope)
    ? 'stands for others: ask about one of those'
    : 'does not exist; the filter of a scope is named as the resource'
  throw new HubgateError('bad_request', `Scope '${scope}' ${hint}`)
}

type Named = Readonly<Record<string, string>>

/** The resource as it is answered: with the names that are looked up. */
function namedResource({ body }: ExplainCall): Named | null {
  const { user, server, group, service } = body.resource ?? {}
  if (user !== undefined) return { user: normalizeUsername(user) }
  if (server !== undefined) {
    const slash = server.indexOf('/')
    const owner = normalizeUsername(server.slice(0, slash))
    return { server: fullName(owner, server.slice(slash + 1)) }
  }
  if (group !== undefined) return { group }
  return service === undefined ? null : { service }
}

/**
 * The resource with the groups of its owner.
 * @throws HubgateError as {@link requireScope} does for a caller who asks about somebody else and may
 *   not see those groups: the answer would tell of them
 */
async function resourceOf(
  { hub, principal }: ExplainCall,
  { owner, isOther }: Subject,
  named: Named | null,
): Promise<Resource | undefined> {
  if (named === null) return undefined
  const { user, server } = named
  const name = server === undefined ? user : ownerOfServer(server)
  if (name === undefined) return named
  const groupsOfUser = (await findUser(hub, name))?.groups ?? []
  const isOwn = owner.kind === 'user' && owner.name === name
  if (isOther && !isOwn) {
    requireScope(principal, ['read:users:groups'], { user: name, groupsOfUser })
  }
  return { ...named, groupsOfUser }
}

/** The groups of everybody whom a scope of the subject names. */
function groupsFor(hub: HubContext, { owner, sources, token }: Subject): Promise<GroupsOf> {
  const { custom_scopes } = hub.snapshot().config
  const sets = [token?.scopes ?? [], ...sources.map(({ scopes }) => scopes)]
  return groupsOfNamed(
    hub,
    hub.cache,
    ...sets.map((raw) => expandScopes(raw, owner, custom_scopes)),
  )
}

/**
 * `POST /authorize/explain`, hubgate's own: whether a credential allows something and why. It
 * answers what a request with that credential would meet, and changes nothing.
 */
export const explainEndpoint = endpoint({
  summary: "Tell whether a credential allows something and why (hubgate's own)",
  body: explainBody,
  answers: { 200: { description: 'The answer and what led to it.', schema: explanation } },
  handle: async (call) => {
    const { hub, principal, body } = call
    requireBaseScope(hub, body.scope)
    const subject = await findSubject(call)
    const { owner, admin, sources, token } = subject
    const resource = namedResource(call)
    const { allowed, reason, steps, missing, enough } = explain({
      scope: body.scope,
      resource: await resourceOf(call, subject, resource),
      owner,
      sources,
      token,
      custom: hub.snapshot().config.custom_scopes,
      groupsOf: await groupsFor(hub, subject),
      showOwner: maySeeRoles(principal, subject),
    })
    const { kind, name } = owner
    const about = {
      kind,
      name,
      admin,
      token_id: token?.id ?? null,
      token_kind: token?.kind ?? null,
    }
    return json({
      allowed,
      scope: body.scope,
      resource,
      subject: about,
      reason,
      steps,
      missing,
      enough,
    })
  },
})
