import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import type { NamedGrantee } from '../../hub/shares/share-ends.ts'
import { firstNotHeld } from '../../hub/shares/share-grants.ts'
import { findUser } from '../../hub/users/users.ts'
import type { Resource } from '../../model/allows.ts'
import { allows } from '../../model/allows.ts'
import type { Principal } from '../../model/principal.ts'
import type { ServerPlace } from '../../model/share-scopes.ts'
import { bareScopes, DEFAULT_SHARE_SCOPES, shareFault } from '../../model/share-scopes.ts'
import { normalizeUsername } from '../../model/username.ts'
import type { PathParams } from '../route.ts'

/** The server that a path names. */
export function placeOf({ name, server }: Pick<PathParams, 'name' | 'server'>): ServerPlace {
  return { owner: name, server }
}

/**
 * The scopes that a body names, without filters; null when it names none.
 * @throws HubgateError `bad_request` for one that does not exist or is for anything but this server
 */
export function namedScopes(
  hub: HubContext,
  place: ServerPlace,
  raw: readonly string[] | null | undefined,
): string[] | null {
  if (raw == null || raw.length === 0) return null
  const { custom_scopes } = hub.snapshot().config
  for (const scope of raw) {
    const fault = shareFault(scope, place, custom_scopes)
    if (fault !== null) throw new HubgateError('bad_request', fault)
  }
  return bareScopes(raw)
}

/** The same for a grant: opening the server when nothing is named. */
export function grantedScopes(
  hub: HubContext,
  place: ServerPlace,
  raw: readonly string[] | null | undefined,
): readonly string[] {
  return namedScopes(hub, place, raw) ?? DEFAULT_SHARE_SCOPES
}

/** @throws HubgateError `forbidden` when the one who asks does not hold all that they would give */
export async function requireHeld(
  hub: HubContext,
  giver: Principal,
  place: ServerPlace,
  scopes: readonly string[],
): Promise<void> {
  const scope = await firstNotHeld(hub, giver.scopes, place, scopes)
  if (scope === undefined) return
  throw new HubgateError('forbidden', `Do not have permission to grant share with scope ${scope}`)
}

/** Whom a body names; the schema has seen to it that it is exactly one. */
export function granteeOf(body: {
  user?: string | null | undefined
  group?: string | null | undefined
}): NamedGrantee {
  return body.user == null
    ? { kind: 'group', name: body.group ?? '' }
    : { kind: 'user', name: normalizeUsername(body.user) }
}

async function resourceOf(hub: HubContext, { kind, name }: NamedGrantee): Promise<Resource> {
  if (kind === 'group') return { group: name }
  return { user: name, groupsOfUser: (await findUser(hub, name))?.groups ?? [] }
}

/**
 * A share says whether there is a user or group of that name: it takes the scope that shows it.
 * @throws HubgateError `forbidden`
 */
export async function requireNameScope(
  hub: HubContext,
  { scopes }: Principal,
  to: NamedGrantee,
): Promise<void> {
  const scope = `read:${to.kind}s:name`
  if (allows(scopes, scope, await resourceOf(hub, to)) === 'yes') return
  throw new HubgateError('forbidden', `Need scope '${scope}' to share with ${to.kind}s by name`)
}
