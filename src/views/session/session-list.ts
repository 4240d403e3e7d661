import { postForm, submitButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { moment } from '../time.ts'
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
  /** Milliseconds since the epoch. */
  now: number
}

function item(session: HomeSession, { viewer, now }: SessionListProps): Markup {
  const { address, agent, current, endHref, lastUse, signedIn } = session
  const title = agentText(agent)
  const from = address === null ? '' : html` from ${address}`
  const of = `${title}, signed in ${signedIn}`
  // What follows the end of this one is the login page, which is another page than this.
  const form = { viewer, action: endHref, inPlace: !current, class: 'actions' }
  return html`<li class="row">
          <div>
            <h3>${title}${current ? html` <span class="state running">this one</span>` : ''}</h3>
            <p>Signed in ${moment(signedIn, now)}${from}, last used ${moment(lastUse, now)}</p>
          </div>
          ${postForm(form, submitButton({ label: 'Sign out', of, look: 'quiet' }))}
        </li>`
}

/** Where the viewer is signed in, with the means to end it. */
export function sessionList(props: SessionListProps): Markup {
  const { viewer, sessions, more, endOthersHref } = props
  const others = more > 0 || sessions.some(({ current }) => !current)
  const form = { viewer, action: endOthersHref, inPlace: true, class: 'actions' }
  const button = submitButton({ label: 'Sign out everywhere else', look: 'quiet' })
  return html`<section aria-labelledby="sessions-title">
        <h2 id="sessions-title">Where you are signed in</h2>
        <ul class="rows">
          ${sessions.map((session) => item(session, props))}
        </ul>
        ${more > 0 ? html`<p>And ${more} more, which were not used as lately.</p>` : ''}
        ${others ? postForm(form, button) : ''}
      </section>`
}
