import type { Markup } from '../html.ts'
import { html } from '../html.ts'

/** A service that the viewer may use. */
export interface ServiceLink {
  name: string
  /** An escaped path. */
  href: string
}

/** The services that the viewer may use; nothing when there is none. */
export function serviceList(services: readonly ServiceLink[]): Markup | '' {
  if (services.length === 0) return ''
  return html`<section aria-labelledby="services-title">
        <h2 id="services-title">Services</h2>
        <ul>
          ${services.map(({ name, href }) => html`<li><a href="${href}">${name}</a></li>`)}
        </ul>
      </section>`
}
