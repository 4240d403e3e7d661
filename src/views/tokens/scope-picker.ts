import type { Markup } from '../html.ts'
import { html } from '../html.ts'

/** A scope that may be chosen. */
export interface ScopeChoice {
  name: string
  /** What it allows, a sentence. */
  description: string
  /** The scopes that it brings along. */
  includes: readonly string[]
  /** As far as it is held: `what is yours`. */
  where: string
}

/** Scopes that are about the same things. */
export interface ScopeGroup {
  title: string
  choices: readonly ScopeChoice[]
}

function box({ name, description, includes, where }: ScopeChoice, chosen: boolean): Markup {
  const id = `scope-${name}`
  const brings = includes.length === 0 ? '' : ` Includes ${includes.join(', ')}.`
  return html`<div class="choice">
                <input type="checkbox" id="${id}" name="scopes" value="${name}" aria-describedby="${id}-help"${chosen ? html` checked` : ''}>
                <div>
                  <label for="${id}"><code>${name}</code></label>
                  <p id="${id}-help" class="help">${description}${brings} <em>Reach: ${where}.</em></p>
                </div>
              </div>`
}

function reach(onlyMine: boolean): Markup {
  const choice = (value: string, label: string, checked: boolean): Markup =>
    html`<label><input type="radio" name="reach" value="${value}"${checked ? html` checked` : ''}> ${label}</label>`
  return html`<fieldset>
              <legend>How far it reaches</legend>
              ${choice('all', 'As far as you do', !onlyMine)}
              ${choice('mine', 'Only what is yours: you, your servers, your tokens', onlyMine)}
            </fieldset>`
}

export interface ScopePickerProps {
  groups: readonly ScopeGroup[]
  /** The names of those that are chosen. */
  chosen: readonly string[]
  /** Whether there is a choice of how far it reaches, and what is chosen. */
  reachesFurther: boolean
  onlyMine: boolean
}

/** Scopes by name, with their meaning; it is closed until one is chosen. */
export function scopePicker(props: ScopePickerProps): Markup {
  const { groups, chosen, reachesFurther, onlyMine } = props
  const isOpen = chosen.length > 0
  return html`<details class="scopes"${isOpen ? html` open` : ''}>
            <summary>Let it do less than you may</summary>
            <p class="help">Tick what it is for. With nothing ticked it may do everything that you may do, also what you may do later on.</p>
            ${reachesFurther ? reach(onlyMine) : ''}
            <div class="scope-groups">
            ${groups.map(
              ({ title, choices }) => html`<fieldset>
              <legend>${title}</legend>
              ${choices.map((choice) => box(choice, chosen.includes(choice.name)))}
            </fieldset>`,
            )}
            </div>
          </details>`
}
