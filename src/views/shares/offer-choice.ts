import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Offer } from './share-props.ts'

/** One of several, with its words beside it. */
export function radio(name: string, value: string, label: string, checked: boolean): Markup {
  return html`<label><input type="radio" name="${name}" value="${value}"${checked ? html` checked` : ''}> ${label}</label>`
}

/** What is given; the first unless something else was chosen before. */
export function offerChoice(offers: readonly Offer[], chosen = ''): Markup {
  const known = offers.find(({ value }) => value === chosen) ?? offers[0]
  return html`<fieldset class="choices">
            <legend>They may</legend>
            ${offers.map((offer) => radio('may', offer.value, offer.label, offer === known))}
          </fieldset>`
}
