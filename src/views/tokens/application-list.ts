import { confirmButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { moment } from '../time.ts'
import { scopesText } from './scope-text.ts'

/** A service or server that holds tokens in the viewer's name. Times are ISO 8601. */
export interface Application {
  /** The OAuth client's id. */
  client: string
  name: string
  /** Raw, of all its tokens, but for those that say who the viewer is. */
  scopes: readonly string[]
  /** When the viewer agreed for the first time, of what it still holds. */
  first: string
  /** Null for never. */
  lastUsed: string | null
}

export interface ApplicationListProps {
  viewer: Viewer
  /** `/hub/` */
  hubPath: string
  now: number
  applications: readonly Application[]
  mayRevoke: boolean
}

function revoke(application: Application, i: number, { viewer, hubPath }: ApplicationListProps) {
  const { client, name } = application
  return confirmButton({
    id: `revoke-application-${i}`,
    label: 'Revoke',
    of: name,
    question: html`${name} can do nothing in your name any more. It asks again when you next sign in there.`,
    yes: 'Revoke access',
    form: {
      viewer,
      action: `${hubPath}token/revoke-application`,
      fields: { application: client },
      inPlace: true,
    },
  })
}

/** The applications that may act for the viewer; nothing when there is none. */
export function applicationList(props: ApplicationListProps): Markup | '' {
  const { applications, mayRevoke, now } = props
  if (applications.length === 0) return ''
  return html`<section id="applications" aria-labelledby="applications-title">
        <h2 id="applications-title">Authorized applications</h2>
        <p class="muted">Services and servers that you signed in to through the hub. Each holds tokens in your name, and knows your name and groups.</p>
        <div class="table" role="region" tabindex="0" aria-label="List of applications">
          <table class="tokens">
            <thead>
              <tr>
                ${['Application', 'Allows', 'Authorized', 'Last used'].map((title) => html`<th scope="col">${title}</th>`)}
                ${mayRevoke ? html`<th scope="col"><span class="hidden">Revoke</span></th>` : ''}
              </tr>
            </thead>
            <tbody>
            ${applications.map(
              (application, i) => html`<tr>
              <th scope="row">${application.name}</th>
              <td class="allows">${scopesText(application.scopes)}</td>
              <td>${moment(application.first, now)}</td>
              <td>${moment(application.lastUsed, now)}</td>
              ${mayRevoke ? html`<td>${revoke(application, i, props)}</td>` : ''}
            </tr>`,
            )}
            </tbody>
          </table>
        </div>
      </section>`
}
