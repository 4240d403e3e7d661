import { confirmButton, linkButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { serverTitle } from '../servers/server-state.ts'

/** A server of somebody else that the viewer may use. All hrefs are escaped paths. */
export interface SharedServer {
  owner: string
  /** Empty for the default server. */
  name: string
  /** Unique in the page. */
  id: string
  ready: boolean
  openHref: string
  /** The groups through which it is shared. */
  groups: readonly string[]
  /** Where the viewer gives the share up; undefined when it is shared with groups only. */
  leaveHref: string | undefined
}

export interface SharedServersProps {
  viewer: Viewer
  servers: readonly SharedServer[]
  /** How many shares there are beside those. */
  more: number
}

function leaveControl({ id, leaveHref }: SharedServer, viewer: Viewer, title: string): Markup | '' {
  if (leaveHref === undefined) return ''
  return confirmButton({
    id: `leave-${id}`,
    label: 'Leave',
    of: title,
    look: 'quiet',
    question: html`Leave <strong>${title}</strong>? You cannot open it then, until it is shared with you again.`,
    form: { viewer, action: leaveHref, inPlace: true },
  })
}

function item(server: SharedServer, viewer: Viewer): Markup {
  const { groups, openHref, owner, name, ready } = server
  const title = serverTitle(owner, name)
  const through =
    groups.length === 0 ? '' : `, shared with your group${groups.length > 1 ? 's' : ''} `
  const open = { label: 'Open', of: title, href: openHref } as const
  return html`<li class="row" id="${server.id}">
          <div>
            <h3>${title}</h3>
            <p><span class="state ${ready ? 'running' : 'stopped'}">${ready ? 'Running' : 'Not running'}</span>${through}${groups.join(', ')}</p>
          </div>
          <div class="actions">
            ${linkButton({ ...open, look: ready ? 'main' : 'quiet' })}
            ${leaveControl(server, viewer, title)}
          </div>
        </li>`
}

/** What others share with the viewer; nothing when there is none. */
export function sharedServers({ viewer, servers, more }: SharedServersProps): Markup | '' {
  if (servers.length === 0) return ''
  return html`<section aria-labelledby="shared-title">
        <h2 id="shared-title">Shared with me</h2>
        <ul class="rows">
          ${servers.map((server) => item(server, viewer))}
        </ul>
        ${more > 0 ? html`<p>And ${more} more, which were shared later.</p>` : ''}
      </section>`
}
