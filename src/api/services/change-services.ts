import type { z } from '@hono/zod-openapi'
import { HubgateError } from '../../base/errors.ts'
import type { ServiceWish } from '../../hub/services/service-changes.ts'
import { createService, deleteService } from '../../hub/services/service-changes.ts'
import type { Principal } from '../../model/principal.ts'
import { empty, json } from '../answer.ts'
import { endpoint } from '../route.ts'
import { createServiceBody, serviceSchema } from './schemas.ts'
import { requireServiceGrant } from './service-grants.ts'
import { serviceModel } from './service-model.ts'

type Wish = z.output<typeof createServiceBody>

/** JupyterHub takes an empty text for what is left out. */
const given = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text

function wishOf(name: string, body: Wish, asker: Principal): ServiceWish {
  return {
    name,
    admin: body.admin ?? false,
    url: given(body.url),
    info: body.info ?? {},
    display: body.display ?? true,
    oauthNoConfirm: body.oauth_no_confirm ?? false,
    oauthClientId: given(body.oauth_client_id),
    oauthRedirectUri: given(body.oauth_redirect_uri),
    oauthClientAllowedScopes: [...new Set(body.oauth_client_allowed_scopes)],
    apiToken: given(body.api_token),
    tokenNote: `Requested via api by ${asker.kind} ${asker.name}`,
  }
}

/** `POST /services/{service}` (wire-contract §1.11). It does not wait until the service answers. */
export const createServiceEndpoint = endpoint({
  summary: 'Create a service',
  body: createServiceBody,
  answers: {
    201: { description: 'The service.', schema: serviceSchema },
    409: { description: 'There is such a service already.' },
  },
  handle: async ({ deps, hub, principal, params, body }) => {
    const wish = wishOf(params.service, body, principal)
    const { name, admin } = wish
    await requireServiceGrant(hub, principal, {
      name,
      admin,
      allowedScopes: wish.oauthClientAllowedScopes,
      noConfirm: wish.oauthNoConfirm,
    })
    if ((body.command ?? []).length > 0) {
      throw new HubgateError('bad_request', `Can not create managed service ${name} at runtime`)
    }
    const service = await createService(hub, wish)
    return json(await serviceModel(deps, principal.scopes, service), 201)
  },
})

/** `DELETE /services/{service}`: with its tokens. */
export const deleteServiceEndpoint = endpoint({
  summary: 'Delete a service',
  answers: {
    200: { description: 'The service and its tokens are gone.', type: 'application/json' },
    405: { description: 'The service is in the configuration.' },
  },
  handle: async ({ hub, principal, params }) => {
    await deleteService(hub, params.service, (service) => {
      if (service.admin && !principal.admin) {
        throw new HubgateError('forbidden', 'Only admins can delete other admins')
      }
    })
    return empty(200, 'application/json')
  },
})
