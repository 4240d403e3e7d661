import { visibleIn } from '../../auth/visible-in.ts'
import { HubgateError } from '../../base/errors.ts'
import { findService, listServices } from '../../hub/services/services.ts'
import { json } from '../answer.ts'
import { endpoint } from '../route.ts'
import { serviceSchema, servicesSchema } from './schemas.ts'
import { serviceModel } from './service-model.ts'

/** `GET /services` (wire-contract §1.11): all at once, by name. */
export const listServicesEndpoint = endpoint({
  summary: 'List services',
  answers: { 200: { description: 'The services by name.', schema: servicesSchema } },
  handle: async ({ deps, hub, principal }) => {
    const sees = visibleIn(principal, 'list:services')
    const all = await listServices(hub)
    const seen = sees === undefined ? all : all.filter(({ name }) => sees({ service: name }))
    const models = seen.map(async (service) => {
      return [service.name, await serviceModel(deps, principal.scopes, service)] as const
    })
    return json(Object.fromEntries(await Promise.all(models)))
  },
})

/** `GET /services/{service}`. */
export const readServiceEndpoint = endpoint({
  summary: 'Read a service',
  answers: { 200: { description: 'The service.', schema: serviceSchema } },
  handle: async ({ deps, hub, principal, params }) => {
    const service = await findService(hub, params.service)
    if (service === undefined) {
      throw new HubgateError('not_found', `No such service: ${params.service}`)
    }
    return json(await serviceModel(deps, principal.scopes, service))
  },
})
