import type { TokenKind } from '../../model/token.ts'
import { formError, postForm, submitButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import type { ScopeGroup } from './scope-picker.ts'
import { scopePicker } from './scope-picker.ts'

/** One of the options of a field. */
export interface Choice {
  value: string
  label: string
}

/** What the fields of the form hold. */
export interface TokenWish {
  kind: TokenKind
  note: string
  /** The value of one of the lives. */
  expires: string
  /** `2026-11-22`, with a life that ends on a day. */
  lastDay: string
  /** The names of the scopes of a hub token. */
  scopes: readonly string[]
  onlyMine: boolean
  /** The full name of the server of a notebook token; empty for all of one's own. */
  server: string
}

export interface TokenFormProps {
  viewer: Viewer
  /** Where it goes: an escaped path. */
  action: string
  /** `/hub/api` and `/user/`: what each kind opens. */
  apiPath: string
  serversPath: string
  wish: TokenWish
  /** Why the form came back. */
  error: string | undefined
  maxNote: number
  lives: readonly Choice[]
  /** The first and the last day that may be chosen; undefined when none may. */
  days: { from: string; to: string | undefined } | undefined
  groups: readonly ScopeGroup[]
  reachesFurther: boolean
  servers: readonly Choice[]
}

const options = (choices: readonly Choice[], chosen: string): Markup[] =>
  choices.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`,
  )

function kindCard(
  kind: TokenKind,
  isChosen: boolean,
  text: { title: string; does: Markup; doors: Markup },
): Markup {
  return html`<div class="panel choice">
              <input type="radio" id="kind-${kind}" name="kind" value="${kind}" aria-describedby="kind-${kind}-help"${isChosen ? html` checked` : ''}>
              <div>
                <label for="kind-${kind}">${text.title}</label>
                <div id="kind-${kind}-help" class="help"><p>${text.does}</p><p>${text.doors}</p></div>
              </div>
            </div>`
}

function kinds({ wish, apiPath, serversPath }: TokenFormProps): Markup {
  return html`<fieldset class="kinds">
            <legend>What should it open?</legend>
            ${kindCard('hub', wish.kind === 'hub', {
              title: 'Hub token: the hub’s API',
              does: html`A script that has it can do what you may do, or less: start and stop servers, make tokens. <strong>It is powerful: give it to no notebook and to no code that you do not trust.</strong>`,
              doors: html`Opens <code>${apiPath}</code>, never a notebook server.`,
            })}
            ${kindCard('notebook', wish.kind === 'notebook', {
              title: 'Notebook token: your notebook servers',
              does: html`For JupyterLab clients, VS Code, and scripts that use kernels and files. Whoever has it can run code in those servers, and nothing else.`,
              doors: html`Opens <code>${serversPath}…</code>, never the hub’s API.`,
            })}
          </fieldset>`
}

function lastDay({ days, wish }: TokenFormProps): Markup | '' {
  if (days === undefined) return ''
  const to = days.to === undefined ? '' : html` max="${days.to}"`
  return html`<div class="for-day stack">
            <label for="last_day">Last day</label>
            <input id="last_day" name="last_day" type="date" min="${days.from}"${to} value="${wish.lastDay}" aria-describedby="last-day-help">
            <p id="last-day-help" class="help">It ends with that day, in UTC.</p>
          </div>`
}

/** Asks for a new token. What is about the other kind is hidden by the style sheet, and not looked at. */
export function tokenForm(props: TokenFormProps): Markup {
  const { viewer, action, wish, error, maxNote, lives, servers } = props
  return postForm(
    { viewer, action, class: 'token-form stack' },
    html`${formError(error)}
            ${kinds(props)}
            <label for="note">Note</label>
            <input id="note" name="note" type="text" maxlength="${maxNote}" autocomplete="off" value="${wish.note}" aria-describedby="note-help">
            <p id="note-help" class="help">What it is for: you find it again by this.</p>
            <div class="for-notebook stack">
              <label for="server">Server</label>
              <select id="server" name="server">${options(servers, wish.server)}</select>
            </div>
            <label for="expires">Expires</label>
            <select id="expires" name="expires">${options(lives, wish.expires)}</select>
            ${lastDay(props)}
            <div class="for-hub">${scopePicker({ ...props, chosen: wish.scopes, onlyMine: wish.onlyMine })}</div>
            ${submitButton({ label: 'Request token' })}`,
  )
}
