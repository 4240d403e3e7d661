import { allows } from '../../model/allows.ts'
import type { Principal } from '../../model/principal.ts'
import { fullName } from '../../model/server.ts'
import type { UserRecord } from '../../model/user.ts'

/** Whether somebody holds a scope for a user, and for one of the user's servers. */
export interface Permissions {
  user: (scope: string) => boolean
  /** @param server empty for the default server */
  server: (scope: string, server: string) => boolean
}

/** What somebody may do about a user. */
export function permissions(
  { scopes }: Principal,
  { name, groups }: Pick<UserRecord, 'name' | 'groups'>,
): Permissions {
  const user = { user: name, groupsOfUser: groups }
  return {
    user: (scope) => allows(scopes, scope, user) === 'yes',
    server: (scope, server) =>
      allows(scopes, scope, { ...user, server: fullName(name, server) }) === 'yes',
  }
}
