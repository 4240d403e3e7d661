import { z } from '@hono/zod-openapi'
import { LOGIN_COOKIE } from '../../auth/cookies.ts'
import { HubgateError } from '../../base/errors.ts'
import { principalOfSession } from '../../hub/identity/sessions.ts'
import { findUser } from '../../hub/users/users.ts'
import { json } from '../answer.ts'
import { touch } from '../identify.ts'
import { endpoint } from '../route.ts'
import { loadUser } from '../users/load-users.ts'
import { requireToken } from './require-token.ts'

/**
 * `GET /authorizations/cookie/{cookie_name}/{cookie_value}`: who is signed in with a login cookie,
 * as far as the caller's own scopes show them; `{}` when they show nothing. Without a value there is
 * nobody: JupyterHub takes it from the body then, which a GET does not have here.
 */
export const cookieEndpoint = endpoint({
  summary: 'Read who is signed in with a login cookie (deprecated)',
  answers: {
    200: { description: 'The user.', schema: z.looseObject({}) },
    404: { description: 'There is no such cookie, or nobody is signed in with it.' },
  },
  handle: async ({ deps, hub, params, principal }) => {
    requireToken(principal)
    const isOurs = params.cookieName === LOGIN_COOKIE
    const found = isOurs ? await principalOfSession(hub, params.cookieValue) : undefined
    const user = found && (await findUser(hub, found.principal.name))
    if (found === undefined || user === undefined) throw new HubgateError('not_found')
    touch(deps, found.principal)
    return json(await loadUser(deps, principal.scopes, user))
  },
})
