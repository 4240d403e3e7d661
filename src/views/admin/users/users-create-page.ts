import { formError, linkButton, postForm, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout } from '../../layout.ts'
import { adminNav } from '../admin-nav.ts'

export interface CreateUsersPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Whether the viewer may make admins. */
  mayGrant: boolean
  /** Those that were made, when some could not be. */
  made?: readonly string[] | undefined
  /** Names that could not be made, each with why. */
  failed?: readonly { name: string; why: string }[] | undefined
  error?: string | undefined
  /** What was typed. */
  typed?: { names: string; admin: boolean } | undefined
}

function failures({ made = [], failed = [] }: CreateUsersPageProps): Markup | '' {
  if (failed.length === 0) return ''
  return html`<div id="form-error" role="alert" data-variant="error">
        <p>${made.length === 0 ? 'Nobody was created.' : `Created: ${made.join(', ')}. The others were not:`}</p>
        <ul>${failed.map(({ name, why }) => html`<li><strong>${name}</strong>: ${why}</li>`)}</ul>
      </div>`
}

/** Makes one user or many. */
export function createUsersPage(props: CreateUsersPageProps): string {
  const { hubPath, viewer, mayGrant, error, typed } = props
  const admin = html`<label><input type="checkbox" name="admin" value="yes"${typed?.admin === true ? html` checked` : ''}> They are admins and may do everything here</label>`
  return layout(
    { title: 'Create users', hubPath, viewer, section: 'admin' },
    html`${adminNav(hubPath, 'users')}
      <h1>Create users</h1>
      ${formError(error)}
      ${failures(props)}
      ${postForm(
        { viewer, action: `${hubPath}admin/create-users`, class: 'panel stack' },
        html`<label for="names">Names</label>
        <textarea id="names" name="names" rows="6" required autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="names-help">${typed?.names ?? ''}</textarea>
        <p id="names-help" class="help">One or many, with commas or spaces between them, or each on a line.</p>
        ${mayGrant ? admin : ''}
        <div class="actions">
          ${submitButton({ label: 'Create' })}
          ${linkButton({ label: 'Cancel', look: 'quiet', href: `${hubPath}admin` })}
        </div>`,
      )}`,
  )
}
