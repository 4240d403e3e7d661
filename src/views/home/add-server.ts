import { formError, postForm, submitButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { NAME_FIELD, NAME_RULE } from '../servers/server-name-field.ts'

export interface AddServerProps {
  viewer: Viewer
  /** Where the form goes: an escaped path. */
  action: string
  /** How many named servers there are, and may be; null for no limit. */
  count: number
  limit: number | null
  /** What was typed, when it was no good, and why. */
  typed?: string | undefined
  error?: string | undefined
}

function roomText({ count, limit }: AddServerProps): string {
  return limit === null ? '' : ` You have ${count} of ${limit}.`
}

function form(props: AddServerProps): Markup {
  const { action, error, typed = '', viewer } = props
  const invalid = error === undefined ? '' : html` aria-invalid="true"`
  const described = error === undefined ? 'server-help' : 'form-error server-help'
  return postForm({ viewer, action, class: 'panel stack' }, [
    html`<label for="server">Name</label>
          <input id="server" name="server" value="${typed}" required ${NAME_FIELD} aria-describedby="${described}"${invalid}>
          <p id="server-help" class="help">${NAME_RULE}${roomText(props)}</p>
          <div class="actions">
            ${submitButton({ label: 'Add and open' })}
            <button type="submit" class="outline" id="add" name="stay" value="home" hx-post="${action}" hx-validate="true">Add</button>
          </div>`,
  ])
}

function noRoom({ limit }: AddServerProps): Markup {
  return html`<p class="panel">You have ${limit} named servers, which is as many as you may have. Delete one to add another.</p>`
}

/** How a new named server is added. */
export function addServer(props: AddServerProps): Markup {
  const { count, limit } = props
  return html`<section aria-labelledby="add-title">
        <h2 id="add-title">Add a named server</h2>
        ${formError(props.error)}
        ${limit !== null && count >= limit ? noRoom(props) : form(props)}
      </section>`
}
