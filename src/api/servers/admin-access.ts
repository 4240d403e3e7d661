import { HubgateError } from '../../base/errors.ts'
import { empty } from '../answer.ts'
import { endpoint } from '../route.ts'
import { existingUser } from '../users/existing-user.ts'

/**
 * `POST /users/{name}/admin-access`: older clients ask it before they open somebody's server. Who
 * may do that is a matter of `access:servers` alone.
 */
export const adminAccessEndpoint = endpoint({
  summary: 'Ask whether admins may open servers of others (deprecated: access:servers says it)',
  answers: { 200: { description: 'They may, with the scope.' } },
  handle: async ({ hub, params }) => {
    if (!hub.snapshot().config.admin_access) {
      throw new HubgateError('forbidden', 'admin access to user servers disabled')
    }
    await existingUser(hub, params.name)
    return empty(200, 'application/json')
  },
})
