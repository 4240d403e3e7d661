import { HubgateError } from '../../base/errors.ts'
import type { HubContext } from '../../hub/context.ts'
import { findUser } from '../../hub/users/users.ts'
import type { UserRecord } from '../../model/user.ts'

/**
 * The user that a path names.
 * @param message the text when there is none; JupyterHub has none on most routes
 * @throws HubgateError `not_found`
 */
export async function existingUser(
  hub: HubContext,
  name: string,
  message: string | null = null,
): Promise<UserRecord> {
  const user = await findUser(hub, name)
  if (user === undefined) throw new HubgateError('not_found', message)
  return user
}
