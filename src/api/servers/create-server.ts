import { createServer } from '../../hub/servers/servers.ts'
import { json } from '../answer.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'
import { loadServer } from './load-servers.ts'
import { serverModel, startBody } from './schemas.ts'
import { optionsOf } from './start-body.ts'

/** `PUT /users/{name}/servers/{server}`: made, and not started (wire-contract §1.9). */
export const createServerEndpoint = endpoint({
  summary: 'Create a named server without starting it',
  body: startBody,
  answers: {
    201: { description: 'The server.', schema: serverModel },
    409: { description: 'There is such a server already, as the default one always is.' },
  },
  handle: async ({ deps, hub, principal, params, body }) => {
    const user = await existingUser(hub, params.name)
    const wish = { user, name: params.server, ...optionsOf(body), by: principal.name }
    return json(await loadServer(deps, principal, user, await createServer(hub, wish)), 201)
  },
})
