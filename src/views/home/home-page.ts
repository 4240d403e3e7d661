import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout, xsrfField } from '../layout.ts'
import type { ServerState } from '../servers/server-state.ts'
import { STATE_TEXT } from '../servers/server-state.ts'
import type { SessionListProps } from '../session/session-list.ts'
import { sessionList } from '../session/session-list.ts'
import type { ServiceLink } from './service-list.ts'
import { serviceList } from './service-list.ts'

/** One of the viewer's servers. All hrefs are escaped paths. */
export interface HomeServer {
  /** Empty for the default server. */
  name: string
  displayName: string
  state: ServerState
  /** ISO 8601, or null when there was none. */
  lastActivity: string | null
  openHref: string
  startHref: string
  stopHref: string
  progressHref: string
}

export interface HomePageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  servers: readonly HomeServer[]
  services?: readonly ServiceLink[]
  /** Where the viewer is signed in. */
  sessions: SessionListProps
  /** Where a new named server is asked for; undefined when there are no named servers. */
  addHref?: string | undefined
}

function post(viewer: Viewer, href: string, label: string, of: string, quiet = false): Markup {
  return html`<form method="post" action="${href}">
            ${xsrfField(viewer.xsrf)}
            <button type="submit"${quiet ? html` class="outline"` : ''}>${label}<span class="hidden"> ${of}</span></button>
          </form>`
}

const link = (href: string, label: string, of: string): Markup =>
  html`<a class="button" href="${href}">${label}<span class="hidden"> ${of}</span></a>`

function actions(server: HomeServer, viewer: Viewer, of: string): Markup[] {
  switch (server.state) {
    case 'running':
      return [link(server.openHref, 'Open', of), post(viewer, server.stopHref, 'Stop', of, true)]
    case 'starting':
      return [
        link(server.progressHref, 'Progress', of),
        post(viewer, server.stopHref, 'Cancel', of, true),
      ]
    case 'stopping':
      return [link(server.progressHref, 'Progress', of)]
    case 'failed':
      return [
        link(server.progressHref, 'What happened', of),
        post(viewer, server.startHref, 'Start again', of),
      ]
    case 'stopped':
      return [post(viewer, server.startHref, 'Start', of)]
  }
}

/** `2026-11-22T21:08:19.673Z` as `2026-11-22 21:08 UTC`. */
function activity(iso: string | null): Markup {
  if (iso === null) return html`never used`
  return html`last used <time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

function item(server: HomeServer, viewer: Viewer): Markup {
  const title = server.name === '' ? 'Default server' : server.displayName
  return html`<li class="row">
          <div>
            <h2>${title}</h2>
            <p><span class="state ${server.state}">${STATE_TEXT[server.state]}</span>, ${activity(server.lastActivity)}</p>
          </div>
          <div class="actions">${actions(server, viewer, title)}</div>
        </li>`
}

function addForm(viewer: Viewer, href: string): Markup {
  return html`<section aria-labelledby="add-title">
        <h2 id="add-title">Add a named server</h2>
        <form class="panel stack" method="post" action="${href}">
          ${xsrfField(viewer.xsrf)}
          <label for="server">Name</label>
          <input id="server" name="server" type="text" required maxlength="30" autocomplete="off"
            autocapitalize="none" spellcheck="false" pattern="[a-z](-?[a-z0-9])*" aria-describedby="server-help">
          <p id="server-help" class="help">1 to 30 of a–z, 0–9 and single hyphens; a letter first.</p>
          <button type="submit">Add and start</button>
        </form>
      </section>`
}

/** The viewer's servers, with what can be done about each. */
export function homePage(props: HomePageProps): string {
  const { hubPath, viewer, servers, services = [], sessions, addHref } = props
  return layout(
    { title: 'Your servers', hubPath, viewer, section: 'home' },
    html`<h1>Your servers</h1>
      <ul class="rows">
        ${servers.map((server) => item(server, viewer))}
      </ul>
      ${addHref === undefined ? '' : addForm(viewer, addHref)}
      ${serviceList(services)}
      ${sessionList(sessions)}`,
  )
}
