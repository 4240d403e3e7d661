import { formError, postForm, submitButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
import { NAME_FIELD, NAME_RULE } from './server-name-field.ts'
import { serverTitle } from './server-state.ts'

export interface RenamePageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Whose server; empty name for the default one. */
  user: string
  server: string
  /** Where the form goes: an escaped path. */
  action: string
  /** What the fields have. */
  name: string
  displayName: string
  /** It runs, or is on its way: then it keeps its names. */
  active: boolean
  error?: string | undefined
}

const DEFAULT_HELP =
  'The default server has none. Give it one to make it a named server; a new default server takes its place.'
const NAMED_HELP =
  'It is part of the server’s address: links and bookmarks of the old one lead nowhere then.'

function fields({ displayName, error, name, server }: RenamePageProps): Markup {
  const isDefault = server === ''
  const described = error === undefined ? '' : 'form-error '
  return html`<label for="display-name">Display name</label>
          <input id="display-name" name="display_name" type="text" value="${displayName}" maxlength="255" autocomplete="off" aria-describedby="${described}display-help">
          <p id="display-help" class="help">What pages call it; any words.</p>
          <label for="name">Name</label>
          <input id="name" name="name" value="${name}"${isDefault ? '' : html` required`} ${NAME_FIELD} aria-describedby="${described}name-help">
          <p id="name-help" class="help">${NAME_RULE} ${isDefault ? DEFAULT_HELP : NAMED_HELP}</p>`
}

function renameForm(props: RenamePageProps): Markup {
  const { action, hubPath, viewer } = props
  return postForm({ viewer, action, class: 'panel stack' }, [
    fields(props),
    html`<div class="actions">
            ${submitButton({ label: 'Rename' })}
            <a class="button outline" href="${hubPath}home">Cancel</a>
          </div>`,
  ])
}

function isActive({ hubPath }: RenamePageProps): Markup {
  return html`<p class="panel">It is running, or on its way. Stop it first: only a stopped server can have another name.</p>
      <p><a class="button" href="${hubPath}home">Go to the home page</a></p>`
}

/** Gives a server another name, another display name, or both. */
export function renamePage(props: RenamePageProps): string {
  const { active, error, hubPath, server, user, viewer } = props
  const title = `Rename ${serverTitle(user, server)}`
  return layout(
    { title, hubPath, viewer },
    html`<h1>${title}</h1>
      ${formError(error)}
      ${active ? isActive(props) : renameForm(props)}`,
  )
}
