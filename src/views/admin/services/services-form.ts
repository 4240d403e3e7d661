import { formError, postForm, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'

/** A service that could not be made, as it was asked for; without its token, which is never shown. */
export interface ServiceDraft {
  name: string
  url: string
  admin: boolean
  error: string
}

export interface ServicesFormProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  draft?: ServiceDraft | undefined
}

/** The form for a new service that somebody else runs. */
export function servicesForm({ hubPath, viewer, draft }: ServicesFormProps): Markup {
  const { name = '', url = '', admin = false, error } = draft ?? {}
  const form = postForm(
    { viewer, action: `${hubPath}admin/services`, class: 'stack' },
    html`${formError(error)}
            <label for="service-name">Name</label>
            <input id="service-name" name="name" value="${name}" required maxlength="255" autocomplete="off" aria-describedby="service-name-help">
            <p id="service-name-help" class="help">Letters, digits and . _ - beginning with a letter or digit.</p>
            <label for="service-url">Address (optional)</label>
            <input id="service-url" type="url" name="url" value="${url}" placeholder="http://127.0.0.1:8080" aria-describedby="service-url-help">
            <p id="service-url-help" class="help">Where it answers. The gateway then shows it at /services/ with its name.</p>
            <label for="service-token">Its hub token (optional)</label>
            <input id="service-token" type="password" name="api_token" autocomplete="new-password" aria-describedby="service-token-help">
            <p id="service-token-help" class="help">A long random text that you give the service too, such as of <code>openssl rand -hex 32</code>. It is not shown again.</p>
            <label><input type="checkbox" name="admin" value="yes"${admin ? html` checked` : ''}> Admin: it may do all that an admin may</label>
            ${submitButton({ label: 'Create service' })}`,
  )
  return html`<details${draft === undefined ? '' : html` open`}>
        <summary>New service</summary>
        ${form}
      </details>`
}
