import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { xsrfField } from '../layout.ts'
import { agentText } from './agent-text.ts'

/** One of the viewer's sessions. Times are ISO 8601. */
export interface HomeSession {
  /** As the browser calls itself; null when it did not say. */
  agent: string | null
  /** Null when not known. */
  address: string | null
  signedIn: string
  lastUse: string
  /** Whether the page is shown in it. */
  current: boolean
  /** Where it is ended: an escaped path. */
  endHref: string
}

export interface SessionListProps {
  viewer: Viewer
  /** Those that are shown, and how many there are beside them. */
  sessions: readonly HomeSession[]
  more: number
  /** Where all but this one are ended. */
  endOthersHref: string
}

/** `2026-11-22T21:08:19.673Z` as `2026-11-22 21:08 UTC`. */
function time(iso: string): Markup {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`
}

function item(session: HomeSession, viewer: Viewer): Markup {
  const { address, agent, current, endHref, lastUse, signedIn } = session
  const title = agentText(agent)
  const from = address === null ? '' : html` from ${address}`
  return html`<li class="row">
          <div>
            <h3>${title}${current ? html` <span class="state running">this one</span>` : ''}</h3>
            <p>Signed in ${time(signedIn)}${from}, last used ${time(lastUse)}</p>
          </div>
          <form class="actions" method="post" action="${endHref}">
            ${xsrfField(viewer.xsrf)}
            <button type="submit" class="outline">Sign out<span class="hidden"> ${title}, signed in ${signedIn}</span></button>
          </form>
        </li>`
}

function endOthers(viewer: Viewer, href: string): Markup {
  return html`<form class="actions" method="post" action="${href}">
          ${xsrfField(viewer.xsrf)}
          <button type="submit" class="outline">Sign out everywhere else</button>
        </form>`
}

/** Where the viewer is signed in, with the means to end it. */
export function sessionList(props: SessionListProps): Markup {
  const { viewer, sessions, more, endOthersHref } = props
  const others = more > 0 || sessions.some(({ current }) => !current)
  return html`<section aria-labelledby="sessions-title">
        <h2 id="sessions-title">Where you are signed in</h2>
        <ul class="rows">
          ${sessions.map((session) => item(session, viewer))}
        </ul>
        ${more > 0 ? html`<p>And ${more} more, which were not used as lately.</p>` : ''}
        ${others ? endOthers(viewer, endOthersHref) : ''}
      </section>`
}
