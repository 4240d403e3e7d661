import type { Markup } from './html.ts'
import { html } from './html.ts'
import type { Viewer } from './layout.ts'
import { xsrfField } from './layout.ts'

/** How a button looks: one that stands out, one that does not, one that takes something away. */
export type Look = 'main' | 'quiet' | 'danger'

const LOOKS: Readonly<Record<Look, Markup | ''>> = {
  main: '',
  quiet: html` class="outline"`,
  danger: html` class="outline" data-variant="danger"`,
}

export interface ControlProps {
  label: string
  /** What it is about, for those who hear the page: `Stop` says nothing without it. */
  of?: string | undefined
  look?: Look
}

function text({ label, of }: ControlProps): Markup {
  return of === undefined ? html`${label}` : html`${label}<span class="hidden"> ${of}</span>`
}

/** A link that looks like a button. */
export function linkButton(props: ControlProps & { href: string }): Markup {
  const { href, look = 'main' } = props
  const shape = look === 'main' ? html` class="button"` : html` class="button outline"`
  return html`<a${shape} href="${href}">${text(props)}</a>`
}

/** @param props.id unique in the page: the focus stays on it when the page changes in place */
export type SubmitProps = ControlProps & { id?: string; name?: string; value?: string }

/** The button that sends the form around it. */
export function submitButton(props: SubmitProps): Markup {
  const { id, look = 'main', name, value = '' } = props
  const known = id === undefined ? '' : html` id="${id}"`
  const sends = name === undefined ? '' : html` name="${name}" value="${value}"`
  return html`<button type="submit"${known}${LOOKS[look]}${sends}>${text(props)}</button>`
}

export interface PostFormProps {
  viewer: Viewer
  /** Where it goes: an escaped path. */
  action: string
  /** Hidden fields beside the XSRF value. */
  fields?: Readonly<Record<string, string>> | undefined
  /** With JavaScript the answer's main part takes the place of this page's, without a page load. */
  inPlace?: boolean
  class?: string
}

/** A form that changes something. */
export function postForm(props: PostFormProps, content: Markup | readonly Markup[]): Markup {
  const { viewer, action, fields = {}, inPlace = false } = props
  const boost = inPlace ? html` hx-boost="true"` : ''
  return html`<form method="post" action="${action}"${props.class === undefined ? '' : html` class="${props.class}"`}${boost}>
            ${xsrfField(viewer.xsrf)}
            ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
            ${content}
          </form>`
}

/** A form of one button. */
export function postButton(props: PostFormProps & SubmitProps): Markup {
  return postForm(props, submitButton(props))
}

export interface ConfirmProps extends ControlProps {
  /** Unique in the page. */
  id: string
  /** What is about to happen, in a sentence or two. */
  question: Markup | string
  /** What the button says that does it; the label when left out. */
  yes?: string
  form: Omit<PostFormProps, 'class'>
}

/** A button that asks first, in a panel of the page: it works without JavaScript. */
export function confirmButton(props: ConfirmProps): Markup {
  const { id, question, form, look = 'danger', label, of, yes = label } = props
  return html`<button type="button"${LOOKS[look]} popovertarget="${id}">${text(props)}</button>
          <div id="${id}" class="confirm" popover role="dialog" aria-label="${of === undefined ? label : `${label} ${of}`}">
            <p>${question}</p>
            <div class="actions">
              ${postForm(form, submitButton({ label: yes, look: 'danger' }))}
              <button type="button" class="outline" popovertarget="${id}" popovertargetaction="hide">Cancel</button>
            </div>
          </div>`
}

/** Why a form came back, above its fields. */
export function formError(error: string | undefined): Markup | '' {
  if (error === undefined) return ''
  return html`<p id="form-error" role="alert" data-variant="error">${error}</p>`
}
