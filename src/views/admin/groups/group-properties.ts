import { formError, postForm, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'

export interface GroupPropertiesProps {
  viewer: Viewer
  /** The group's own page, escaped. */
  href: string
  /** JSON, or what was typed instead. */
  text: string
  /** Why it was not saved. */
  error?: string | undefined
  mayChange: boolean
}

/** Lines that the field has at most; more are scrolled to. */
const MAX_LINES = 24

/** The properties of a group as JSON. */
export function groupProperties({
  viewer,
  href,
  text,
  error,
  mayChange,
}: GroupPropertiesProps): Markup {
  const lines = Math.min(MAX_LINES, Math.max(4, text.split('\n').length + 1))
  const form = postForm(
    { viewer, action: `${href}/properties`, class: 'stack panel', inPlace: true },
    html`${formError(error)}
            <label for="properties">Properties, as JSON</label>
            <textarea id="properties" name="properties" class="code" rows="${lines}" spellcheck="false" aria-describedby="properties-help"${error === undefined ? '' : html` aria-invalid="true"`}>
${text}</textarea>
            <p id="properties-help" class="help">An object, such as <code>{"gpu": true}</code>. What is saved takes the place of all that was there.</p>
            ${submitButton({ label: 'Save properties' })}`,
  )
  return html`<section aria-labelledby="properties-title">
        <h2 id="properties-title">Properties</h2>
        ${mayChange ? form : html`<pre class="output">${text}</pre>`}
      </section>`
}
