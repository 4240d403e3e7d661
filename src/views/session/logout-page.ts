import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout, xsrfField } from '../layout.ts'

export interface LogoutPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Names of the viewer's servers that run or are about to; empty for the default one. */
  servers: readonly string[]
  /** How many sessions the viewer has in other browsers. */
  others: number
}

const titleOf = (server: string): string => (server === '' ? 'your default server' : server)

function staying({ hubPath, servers }: LogoutPageProps): Markup {
  if (servers.length === 0) return html`<li>No server of yours is running.</li>`
  const names = servers.map(
    (name, i) => html`${i === 0 ? '' : ', '}<strong>${titleOf(name)}</strong>`,
  )
  const them = servers.length === 1 ? 'it' : 'them'
  return html`<li>Still running afterwards: ${names}. To stop ${them}, <a href="${hubPath}home">go home</a> first.</li>`
}

function everywhere(others: number): Markup | '' {
  if (others === 0) return ''
  const places = others === 1 ? 'one other place' : `${others} other places`
  return html`<p>You are signed in at ${places} too. “Sign out everywhere” ends that as well.</p>`
}

/** Asks before signing out, and says what ends: opening a link must not do it (threats.md P13). */
export function logoutPage(props: LogoutPageProps): string {
  const { hubPath, viewer, others } = props
  return layout(
    { title: 'Sign out', hubPath, viewer },
    html`<h1>Sign out?</h1>
      <ul>
        <li>This browser is no longer signed in as <strong>${viewer.name}</strong>.</li>
        <li>Notebooks and other pages of servers that are open here lose their connection: save first.</li>
        ${staying(props)}
      </ul>
      ${everywhere(others)}
      <form class="actions" method="post" action="${hubPath}logout">
        ${xsrfField(viewer.xsrf)}
        <button type="submit">Sign out</button>
        ${others === 0 ? '' : html`<button type="submit" class="outline" name="everywhere" value="1">Sign out everywhere</button>`}
        <a class="button outline" href="${hubPath}home">Stay signed in</a>
      </form>`,
  )
}
