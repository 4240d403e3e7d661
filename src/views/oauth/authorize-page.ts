import { postForm, submitButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'

export interface AuthorizePageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Who asks, in words. */
  client: string
  /** Where the answer goes. */
  redirectUri: string
  /** Where the form goes: the request itself, path and query. */
  action: string
  /** Raw, as the form sends them. */
  scopes: readonly string[]
  /** What the client could do besides knowing who the viewer is, a sentence each. */
  permissions: readonly string[]
}

function permitted({ permissions, viewer }: AuthorizePageProps): Markup {
  const told = html`<li>See that you are <strong>${viewer.name}</strong>, and your groups.</li>`
  return html`<ul>${told}${permissions.map((permission) => html`<li>${permission}</li>`)}</ul>
        ${permissions.length === 0 ? html`<p class="help">It can do nothing else in your name.</p>` : ''}`
}

/** Asks whether a service, or somebody else's server, may know who the viewer is and act for them. */
export function authorizePage(props: AuthorizePageProps): string {
  const { hubPath, viewer, client, action, scopes } = props
  const buttons = html`<div class="actions">
          ${submitButton({ label: 'Agree' })}
          ${submitButton({ label: 'Refuse', look: 'quiet', name: 'decision', value: 'deny' })}
        </div>`
  const raw = scopes.map((scope) => html`<input type="hidden" name="scopes" value="${scope}">`)
  return layout(
    { title: 'Sign in elsewhere?', hubPath, viewer },
    html`<h1>Sign in elsewhere?</h1>
      <section class="narrow panel">
        <p><strong>${client}</strong> asks who you are. If you agree, it can:</p>
        ${permitted(props)}
        <p>You will be sent to</p>
        <p><code>${props.redirectUri}</code></p>
        <p class="help">Agree only if you know and trust it. Refuse if you did not ask for this.</p>
      </section>
      ${postForm({ viewer, action }, [...raw, buttons])}`,
  )
}
