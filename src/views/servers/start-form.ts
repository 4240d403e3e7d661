import { linkButton, postForm, submitButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'

/** How a page offers to start a server that does not run. */
export interface StartProps {
  /** Where the form goes; opened as a page it asks first. */
  startHref: string
  /** Where to go once it runs, as a checked path; empty for the server itself. */
  next: string
  /** Whether the viewer may start it. */
  mayStart: boolean
  /** What it is started with, for people; empty when there is nothing to choose. */
  chosen: string
}

/** A button that starts it as it was last time, and where there are options a link to others. */
export function startForm(
  viewer: Viewer,
  { startHref, next, chosen }: StartProps,
  labels: { start: string; choose: string },
): Markup {
  const query = next === '' ? '' : `?next=${encodeURIComponent(next)}`
  const button = submitButton({ label: labels.start })
  const other = linkButton({ label: labels.choose, href: startHref + query, look: 'quiet' })
  return html`${postForm({ viewer, action: startHref, fields: { next } }, button)}
        ${chosen === '' ? '' : other}`
}
