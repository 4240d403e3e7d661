import { openSession, principalOfSession } from '../../../src/hub/identity/sessions.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import type { Rig } from '../harness.ts'

/** A browser that is signed in, and its session's public id. */
export interface SignedIn {
  /** What its requests to the API carry. */
  headers: Record<string, string>
  sid: string
  /** Whether it still is. */
  lives: () => Promise<boolean>
}

/** Signs somebody in. */
export async function signIn(
  { hub }: Rig,
  name: string,
  about: { address?: string; agent?: string } = {},
): Promise<SignedIn> {
  const user = await findUser(hub, name)
  if (user === undefined) throw new Error(`no user ${name}`)
  const { secret, session } = await openSession(hub, user, about)
  return {
    headers: { cookie: `hubgate-login=${secret}`, 'x-xsrftoken': session.xsrf },
    sid: session.sid,
    lives: async () => (await principalOfSession(hub, secret)) !== undefined,
  }
}
