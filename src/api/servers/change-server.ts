import { requireScope } from '../../auth/require-scope.ts'
import { changeServer } from '../../hub/servers/rename-server.ts'
import { fullName } from '../../model/server.ts'
import { json } from '../answer.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'
import { userResource } from '../users/user-view.ts'
import { loadServer } from './load-servers.ts'
import { changeServerBody, serverModel } from './schemas.ts'

/** `PATCH /users/{name}/servers/{server}`: everything that it asks for, or nothing of it. */
export const changeServerEndpoint = endpoint({
  summary: 'Rename a stopped server, or change its display name or options',
  body: changeServerBody,
  answers: {
    200: { description: 'The server.', schema: serverModel },
    409: { description: 'There is a server of the new name already.' },
  },
  handle: async ({ deps, hub, principal, params, body }) => {
    const user = await existingUser(hub, params.name)
    const name = body.name ?? undefined
    if (name !== undefined) {
      // The path's policy knows the old name only (threats P23: every name in a body is checked).
      const renamed = { ...userResource(user), server: fullName(user.name, name) }
      requireScope(principal, ['start:servers'], renamed)
    }
    const server = await changeServer(hub, {
      user,
      server: params.server,
      name,
      // As in JupyterHub an empty one changes nothing.
      displayName: body.display_name === '' ? undefined : (body.display_name ?? undefined),
      userOptions: body.user_options,
      by: principal.name,
    })
    return json(await loadServer(deps, principal, user, server))
  },
})
