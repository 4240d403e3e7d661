import { requireScope } from '../../../auth/require-scope.ts'
import { HubgateError } from '../../../base/errors.ts'
import { isConfigured } from '../../../hub/services/services.ts'
import { allows } from '../../../model/allows.ts'
import { SERVICE_NAME, SERVICE_NAME_RULE } from '../../../model/service.ts'
import type { ServiceDraft } from '../../../views/admin/services/services-form.ts'
import type { ServiceItem } from '../../../views/admin/services/services-page.ts'
import { servicesPage } from '../../../views/admin/services/services-page.ts'
import { bodyOf, callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { page, redirect } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberForm, memberPage } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'

type Model = Omit<ServiceItem, 'inConfig' | 'mayDelete'>

interface Fault {
  status: number
  draft?: ServiceDraft
  error?: string
}

async function answerServices(visit: Visit, member: SignedIn, fault?: Fault): Promise<Response> {
  const { c, config, hubPath } = visit
  const { principal, viewer } = member
  const models = bodyOf(await callApi<Record<string, Model>>(visit, member, 'GET', '/services'))
  const services = Object.values(models).map((model) => {
    const { name, admin } = model
    const holds = allows(principal.scopes, 'admin:services', { service: name }) === 'yes'
    const mayDelete = holds && (!admin || principal.admin)
    return { ...model, inConfig: isConfigured(config, name), mayDelete }
  })
  const props = {
    hubPath,
    viewer,
    services,
    mayCreate: allows(principal.scopes, 'admin:services') !== 'no',
    seesTokens: allows(principal.scopes, 'read:tokens') === 'yes',
    draft: fault?.draft,
    error: fault?.error,
    done: c.req.query('done'),
  }
  return page(servicesPage(props), { status: fault?.status ?? 200 })
}

/** The services that the visitor may list. */
export const showServices = memberPage((visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  return answerServices(visit, member)
})

/** Makes a service that somebody else runs. */
export const createService = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const name = (field(form, 'name') ?? '').trim()
  const url = (field(form, 'url') ?? '').trim()
  const apiToken = field(form, 'api_token') ?? ''
  const admin = field(form, 'admin') === 'yes'
  const again = (error: string, status: number): Promise<Response> =>
    answerServices(visit, member, { status, draft: { name, url, admin, error } })
  if (!SERVICE_NAME.test(name)) return again(`Choose another name: ${SERVICE_NAME_RULE}.`, 400)
  const json = { admin, url, api_token: apiToken }
  const answer = await callApi(visit, member, 'POST', `/services/${name}`, { json })
  if (!answer.ok) return again(answer.message, answer.status)
  return redirect(`${visit.hubPath}admin/services?done=service-created`, { status: 303 })
})

/** Deletes a service that was made over the API, with its tokens. */
export const deleteService = memberForm(async (visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const name = visit.c.req.param('name') ?? ''
  if (!SERVICE_NAME.test(name)) throw new HubgateError('not_found', `No such service: ${name}`)
  const answer = await callApi(visit, member, 'DELETE', `/services/${name}`)
  if (!answer.ok) {
    return answerServices(visit, member, { status: answer.status, error: answer.message })
  }
  return redirect(`${visit.hubPath}admin/services?done=service-deleted`, { status: 303 })
})
