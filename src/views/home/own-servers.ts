import type { ControlProps } from '../controls.ts'
import { confirmButton, linkButton, postButton, postForm } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import type { ServerState } from '../servers/server-state.ts'
import { STATE_TEXT } from '../servers/server-state.ts'
import { moment } from '../time.ts'

/** One of the viewer's servers. All hrefs are escaped paths. */
export interface HomeServer {
  /** Empty for the default server. */
  name: string
  displayName: string
  /** Unique in the page. */
  id: string
  state: ServerState
  /** The profile that it was started with. */
  profile?: string | undefined
  /** How far its start is. */
  progress?: { percent: number; message: string } | undefined
  /** ISO 8601, or null when there was none. */
  lastActivity: string | null
  openHref: string
  startHref: string
  stopHref: string
  progressHref: string
  /** Undefined where the viewer may not, or where it cannot be now. */
  renameHref?: string | undefined
  shareHref?: string | undefined
  deleteHref?: string | undefined
}

export interface OwnServersProps {
  viewer: Viewer
  servers: readonly HomeServer[]
  /** Whether there is something to choose before a start. */
  hasOptions: boolean
  /** Milliseconds since the epoch. */
  now: number
}

/** What a person calls the server. */
function titleOf({ name, displayName }: HomeServer): string {
  if (displayName !== '') return displayName
  return name === '' ? 'Default server' : name
}

/** The same, and its other name: two servers may be shown under the same one. */
function fullTitle(server: HomeServer): string {
  const title = titleOf(server)
  return title === server.name || server.name === '' ? title : `${title} (${server.name})`
}

function openControl(server: HomeServer, { viewer, hasOptions }: OwnServersProps): Markup {
  const control: ControlProps = { label: 'Open', of: fullTitle(server) }
  if (server.state === 'running') return linkButton({ ...control, href: server.openHref })
  if (hasOptions) return linkButton({ ...control, href: server.startHref })
  return postButton({ ...control, viewer, action: server.startHref })
}

/**
 * One button that starts and stops, and says what it would do now: as it stays the same one, whoever
 * pressed it has the focus still when the page has changed in place.
 */
function powerControl(server: HomeServer, { viewer }: OwnServersProps): Markup {
  const control = { id: `power-${server.id}`, of: fullTitle(server), look: 'quiet' } as const
  const form = { ...control, viewer, inPlace: true }
  switch (server.state) {
    case 'running':
      return postButton({ ...form, label: 'Stop', action: server.stopHref })
    case 'starting':
      return postButton({ ...form, label: 'Cancel', action: server.stopHref })
    case 'stopping':
      return postForm(
        { ...form, action: server.stopHref },
        html`<button type="button" id="${control.id}" class="outline" aria-disabled="true">Stopping<span class="hidden"> ${control.of}</span></button>`,
      )
    case 'failed':
    case 'stopped': {
      const fields = { stay: 'home' }
      return postButton({ ...form, label: 'Start', action: server.startHref, fields })
    }
  }
}

function actions(server: HomeServer, props: OwnServersProps): Markup[] {
  const power = powerControl(server, props)
  if (server.state === 'stopping') return [power]
  if (server.state !== 'starting') return [openControl(server, props), power]
  const watch = { label: 'Watch', of: fullTitle(server), href: server.progressHref }
  return [linkButton(watch), power]
}

function lessActions(server: HomeServer, { viewer }: OwnServersProps): Markup {
  const { deleteHref, renameHref, shareHref } = server
  const of = fullTitle(server)
  const link = (href: string | undefined, label: string): Markup | '' =>
    href === undefined ? '' : html`<a href="${href}">${label}<span class="hidden"> ${of}</span></a>`
  const remove =
    deleteHref === undefined
      ? ''
      : confirmButton({
          id: `delete-${server.id}`,
          label: 'Delete',
          of,
          question: html`Delete <strong>${of}</strong>? Its settings and shares go with it. Files that it keeps elsewhere stay.`,
          form: { viewer, action: deleteHref, inPlace: true },
        })
  const all = [link(renameHref, 'Rename'), link(shareHref, 'Share'), remove]
  return html`${all.every((one) => one === '') ? '' : html`<div class="less">${all}</div>`}`
}

function facts(server: HomeServer, now: number): Markup {
  const { openHref, profile, progressHref, state } = server
  const used =
    server.lastActivity === null
      ? 'never used'
      : html`last used ${moment(server.lastActivity, now)}`
  const why = state === 'failed' ? html`. <a href="${progressHref}">What happened</a>` : ''
  const path = state === 'running' ? html`<code>${openHref}</code>` : undefined
  const runs = [profile, path].filter((part) => part !== undefined)
  return html`<p>
              <span role="status"><span class="hidden">${fullTitle(server)}: </span><span class="state ${state}">${STATE_TEXT[state]}</span></span>, ${used}${why}
            </p>
            ${runs.map((part) => html`<p>${part}</p>`)}`
}

function progressOf(server: HomeServer): Markup | '' {
  if (server.progress === undefined) return ''
  const { message, percent } = server.progress
  return html`<p class="start">
              <progress max="100" value="${percent}" aria-label="Start of ${fullTitle(server)}">${percent} %</progress>
              <span>${percent} %: ${message}</span>
            </p>`
}

function item(server: HomeServer, props: OwnServersProps): Markup {
  const title = titleOf(server)
  const other = server.name === '' ? 'default' : server.name
  const also = title === server.name || title === 'Default server' ? '' : other
  return html`<li class="row" id="server-${server.id}">
          <div>
            <h2>${title}${also === '' ? '' : html` <span class="muted">${also}</span>`}</h2>
            ${facts(server, props.now)}
            ${progressOf(server)}
            ${lessActions(server, props)}
          </div>
          <div class="actions">${actions(server, props)}</div>
        </li>`
}

/** The viewer's servers, with what can be done about each. */
export function ownServers(props: OwnServersProps): Markup {
  return html`<ul class="rows" id="servers">
        ${props.servers.map((server) => item(server, props))}
      </ul>`
}
