import { confirmButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout } from '../../layout.ts'
import { adminNav } from '../admin-nav.ts'
import { tokensHref } from '../tokens/tokens-href.ts'
import type { ServiceDraft } from './services-form.ts'
import { servicesForm } from './services-form.ts'

/** A service as far as the viewer may see it. */
export interface ServiceItem {
  name: string
  admin: boolean
  roles?: readonly string[]
  /** Where it is reached; empty when it is not behind the gateway. */
  url?: string
  /** Its path behind the gateway. */
  prefix?: string
  /** What runs it; empty when somebody else does. */
  command?: readonly string[]
  /** 0 when it does not run, or somebody else runs it. */
  pid?: number
  /** Whether the configuration has it, or somebody made it here. */
  inConfig: boolean
  /** Whether the viewer may delete it, as far as is known beforehand. */
  mayDelete: boolean
}

export interface ServicesPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  services: readonly ServiceItem[]
  mayCreate: boolean
  /** Whether the viewer sees tokens of services. */
  seesTokens: boolean
  draft?: ServiceDraft | undefined
  /** Why a service could not be deleted. */
  error?: string | undefined
  done?: string | undefined
}

function runs({ command, pid = 0, url }: ServiceItem): Markup | string {
  if (command === undefined) return ''
  if (command.length === 0) return url === '' ? 'Elsewhere, as a client' : 'Elsewhere'
  if (pid === 0) return html`<span class="state failed">Managed, not running</span>`
  return html`<span class="state running">Managed, running</span> <span class="muted">process ${pid}</span>`
}

function rights({ admin, roles = [] }: ServiceItem): string {
  const others = roles.filter((role) => role !== 'admin')
  return [...(admin ? ['admin'] : []), ...others].join(', ')
}

function action(props: ServicesPageProps, service: ServiceItem, index: number): Markup | '' {
  const { hubPath, viewer } = props
  const { name, inConfig, mayDelete } = service
  if (inConfig || !mayDelete) return ''
  return confirmButton({
    id: `delete-${index}`,
    label: 'Delete',
    of: name,
    question: html`The service <strong>${name}</strong> goes with all its tokens. What it runs elsewhere runs on, without access.`,
    form: { viewer, action: `${hubPath}admin/services/${name}/delete` },
  })
}

function row(props: ServicesPageProps, service: ServiceItem, index: number): Markup {
  const { name, url = '', prefix = '', inConfig } = service
  const tokens = tokensHref(props.hubPath, { owner: name, owner_kind: 'service' })
  return html`<tr>
            <th scope="row">${prefix === '' ? name : html`<a href="${prefix}">${name}</a>`}</th>
            <td>${url}</td>
            <td>${runs(service)}</td>
            <td>${rights(service)}</td>
            <td>${inConfig ? 'In the config' : 'Over the API'}</td>
            <td><div class="actions">
              ${props.seesTokens ? html`<a href="${tokens}">Tokens<span class="hidden"> of ${name}</span></a>` : ''}
              ${action(props, service, index)}
            </div></td>
          </tr>`
}

function table(props: ServicesPageProps): Markup {
  if (props.services.length === 0) return html`<p class="panel">There are no services yet.</p>`
  const columns = ['Name', 'Address', 'Runs', 'Roles', 'Made']
  return html`<div class="table" role="region" tabindex="0" aria-label="Services">
        <table>
          <thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}<th scope="col"><span class="hidden">Actions</span></th></tr></thead>
          <tbody>${props.services.map((service, index) => row(props, service, index))}</tbody>
        </table>
      </div>`
}

/** All services that the viewer may see. */
export function servicesPage(props: ServicesPageProps): string {
  const { hubPath, viewer, mayCreate, draft, error, done } = props
  const title = 'Services'
  return layout(
    { title, hubPath, viewer, section: 'admin', wide: true, done },
    html`${adminNav(hubPath, 'services')}
      <h1>${title}</h1>
      <p class="muted">Programs that use the hub in their own name. Those in the config are changed there; new ones can be made here, and run by yourself.</p>
      ${error === undefined ? '' : html`<p role="alert" data-variant="error">${error}</p>`}
      ${table(props)}
      ${mayCreate ? servicesForm({ hubPath, viewer, draft }) : ''}`,
  )
}
