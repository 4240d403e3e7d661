import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout, xsrfField } from '../layout.ts'

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

/** Asks whether a service, or somebody else's server, may know who the viewer is and act for them. */
export function authorizePage(props: AuthorizePageProps): string {
  const { hubPath, viewer, client, permissions } = props
  const title = 'Let it know who you are?'
  return layout(
    { title, hubPath, viewer },
    html`<h1>${title}</h1>
      <p><strong>${client}</strong> asks who you are. It is told your name, ${viewer.name}, and your groups.</p>
      ${
        permissions.length === 0
          ? html`<p>It can do nothing else in your name.</p>`
          : html`<p>In your name it could then also:</p>
      <ul>${permissions.map((permission) => html`<li>${permission}</li>`)}</ul>`
      }
      <p>You will be sent to <code>${props.redirectUri}</code>. Agree only if you trust it.</p>
      <form class="actions" method="post" action="${props.action}">
        ${xsrfField(viewer.xsrf)}
        ${props.scopes.map((scope) => html`<input type="hidden" name="scopes" value="${scope}">`)}
        <button type="submit">Agree</button>
        <button type="submit" class="outline" name="decision" value="deny">Refuse</button>
      </form>`,
  )
}
