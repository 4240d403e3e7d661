import type { Markup } from '../html.ts'
import { html } from '../html.ts'

/** Something of a list to choose from. */
interface Option {
  value: string
  name: string
  chosen: boolean
}

/** A profile as the form shows it. */
export interface ProfileCard extends Option {
  description: string
  choices: readonly {
    /** The form's field: it begins with the profile, as other profiles may have such a choice too. */
    field: string
    label: string
    options: readonly Option[]
  }[]
}

function select({ field, label, options }: ProfileCard['choices'][number]): Markup {
  const id = `choice-${field}`
  return html`<div class="stack">
                <label for="${id}">${label}</label>
                <select id="${id}" name="${field}">
                  ${options.map(({ value, name, chosen }) => html`<option value="${value}"${chosen ? html` selected` : ''}>${name}</option>`)}
                </select>
              </div>`
}

function card({ value, name, chosen, description, choices }: ProfileCard): Markup {
  const about = `about-${value}`
  const described = description === '' ? '' : html` aria-describedby="${about}"`
  return html`<div class="panel profile">
            <label><input type="radio" name="profile" value="${value}" required${chosen ? html` checked` : ''}${described}> ${name}</label>
            ${description === '' ? '' : html`<p id="${about}" class="help">${description}</p>`}
            ${choices.length === 0 ? '' : html`<div class="fields" role="group" aria-label="Options of ${name}">${choices.map(select)}</div>`}
          </div>`
}

/** The fields of a form by which a profile and its options are chosen; nothing without profiles. */
export function profileCards(cards: readonly ProfileCard[]): Markup | '' {
  if (cards.length === 0) return ''
  return html`<fieldset class="profiles">
          <legend>What to start</legend>
          ${cards.map(card)}
        </fieldset>`
}
