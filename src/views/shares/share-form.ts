import { formError, postForm, submitButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import { offerChoice, radio } from './offer-choice.ts'
import type { SharePageProps } from './share-props.ts'

/** Shares a server with a user or group that is known by name. */
export function shareForm({ again, hubPath, offers, path, viewer }: SharePageProps): Markup {
  const form = { viewer, action: `${hubPath}share/${path}`, inPlace: true, class: 'panel stack' }
  const isGroup = again?.kind === 'group'
  const invalid = again === undefined ? '' : html` aria-invalid="true"`
  const fields = html`<fieldset class="choices">
            <legend>Share with</legend>
            ${radio('kind', 'user', 'a user', !isGroup)}
            ${radio('kind', 'group', 'a group', isGroup)}
          </fieldset>
          <label for="name">Name</label>
          <input id="name" name="name" type="text" required maxlength="255" autocomplete="off"
            autocapitalize="none" spellcheck="false" value="${again?.name ?? ''}"
            aria-describedby="name-help${again === undefined ? '' : ' form-error'}"${invalid}>
          <p id="name-help" class="help">The name that they sign in with, or that of the group.</p>
          ${offerChoice(offers, again?.may)}
          ${submitButton({ label: 'Share' })}`
  return html`<section aria-labelledby="share-title">
        <h2 id="share-title">Share by name</h2>
        ${formError(again?.error)}
        ${postForm(form, fields)}
      </section>`
}
