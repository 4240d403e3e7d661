import { escapePath } from '../../../model/server-url.ts'
import { confirmButton, linkButton, postForm, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import type { ServerState } from '../../servers/server-state.ts'
import { STATE_TEXT } from '../../servers/server-state.ts'
import { moment } from '../../time.ts'

/** One of a user's servers. */
export interface UserServer {
  /** Empty for the default server. */
  name: string
  displayName: string
  state: ServerState
  /** ISO 8601, or null when there was none. */
  lastActivity: string | null
  openHref?: string | undefined
  /** How the start goes, or why it failed. */
  progressHref?: string | undefined
  mayStart: boolean
  mayStop: boolean
  mayDelete: boolean
}

export interface UserServersProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Milliseconds since the epoch. */
  now: number
  /** Whose servers. */
  user: string
  servers: readonly UserServer[]
  /** Whether one of them is on its way. */
  isMoving: boolean
}

function actions(props: UserServersProps, server: UserServer, of: string): Markup {
  const { hubPath, viewer, user } = props
  const { name, state, openHref, progressHref } = server
  const action = `${hubPath}admin/users/${escapePath(user)}/server`
  const form = (fields: Record<string, string>) => {
    return { viewer, action, inPlace: true, fields: { server: name, ...fields } }
  }
  const button = (label: string, value: string): Markup =>
    postForm(form({}), submitButton({ label, of, look: 'quiet', name: 'do', value }))
  const question = `Delete the server ${of}? Its name and options are forgotten. Files stay where they are.`
  return html`<div class="actions">
            ${openHref === undefined ? '' : linkButton({ label: 'Open', of, href: openHref })}
            ${progressHref === undefined ? '' : linkButton({ label: state === 'failed' ? 'What happened' : 'Progress', of, look: 'quiet', href: progressHref })}
            ${server.mayStart ? button('Start', 'start') : ''}
            ${server.mayStop ? button(state === 'starting' ? 'Cancel' : 'Stop', 'stop') : ''}
            ${server.mayDelete ? confirmButton({ id: `delete-${encodeURIComponent(name)}`, label: 'Delete', of, question, form: form({ do: 'delete' }) }) : ''}
          </div>`
}

function item(props: UserServersProps, server: UserServer): Markup {
  const { name, displayName, state, lastActivity } = server
  const title = name === '' ? 'Default server' : displayName || name
  return html`<li class="row">
          <div>
            <h3>${title}</h3>
            <p><span class="state ${state}">${STATE_TEXT[state]}</span>, last used: ${moment(lastActivity, props.now)}</p>
          </div>
          ${actions(props, server, name === '' ? 'the default server' : title)}
        </li>`
}

/** A user's servers as far as the viewer sees them; nothing when there are none. */
export function userServers(props: UserServersProps): Markup | '' {
  const { hubPath, user, servers, isMoving } = props
  if (servers.length === 0) return ''
  const href = `${hubPath}admin/users/${escapePath(user)}`
  const again = isMoving
    ? html` hx-get="${href}" hx-trigger="every 2s" hx-select="#servers" hx-target="#servers" hx-swap="outerMorph show:none"`
    : ''
  return html`<section id="servers" aria-labelledby="servers-title"${again}>
        <h2 id="servers-title">Servers</h2>
        <ul class="rows">${servers.map((server) => item(props, server))}</ul>
      </section>`
}
