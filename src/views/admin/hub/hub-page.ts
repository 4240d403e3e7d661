import { confirmButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout } from '../../layout.ts'
import { adminNav } from '../admin-nav.ts'

/** A part of the hub and its version, as `GET /info` has it. */
export interface HubPart {
  class: string
  version: string
}

export interface HubPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** What the hub runs on; null when the viewer may not know. */
  info: {
    hubgate: { version: string; node: string }
    /** The version of JupyterHub's API. */
    version: string
    spawner: HubPart
    authenticator: HubPart
  } | null
  /** Null when the viewer may not know. */
  users: number | null
  runningServers: number | null
  /** Whether the viewer may end the hub. */
  mayShutDown: boolean
}

const fact = (name: string, value: string): Markup => html`<dt>${name}</dt><dd>${value}</dd>`

const numbers = new Intl.NumberFormat('en')

const count = (name: string, value: number | null): Markup | '' =>
  value === null ? '' : fact(name, numbers.format(value))

function shutdownOf({ hubPath, viewer }: HubPageProps): Markup {
  const action = `${hubPath}admin/hub/shutdown`
  return html`<section aria-labelledby="end-title">
        <h2 id="end-title">Shut down</h2>
        <p>All replicas finish what is under way and end. Nobody reaches a server until the hub is started again.</p>
        <div class="actions">
          ${confirmButton({
            id: 'end',
            label: 'Shut down, leave servers running',
            question: 'The hub ends now. Servers run on, and are there again when the hub is.',
            yes: 'Shut down',
            form: { viewer, action },
          })}
          ${confirmButton({
            id: 'end-all',
            label: 'Stop all servers and shut down',
            question:
              'Every server is stopped, then the hub ends. Unsaved work in notebooks is lost.',
            yes: 'Stop all and shut down',
            form: { viewer, action, fields: { servers: 'stop' } },
          })}
        </div>
      </section>`
}

/** The hub itself: what it runs on, what it serves, and its end. */
export function hubPage(props: HubPageProps): string {
  const { hubPath, viewer, info, users, runningServers } = props
  const title = 'Hub'
  return layout(
    { title, hubPath, viewer, section: 'admin' },
    html`${adminNav(hubPath, 'hub')}
      <h1>${title}</h1>
      <dl class="panel facts">
        ${count('Users', users)}
        ${count('Running servers', runningServers)}
        ${
          info === null
            ? ''
            : html`${fact('hubgate', `${info.hubgate.version} on Node.js ${info.hubgate.node}`)}
        ${fact('JupyterHub API', info.version)}
        ${fact('Spawner', info.spawner.class)}
        ${fact('Authenticator', info.authenticator.class)}`
        }
      </dl>
      ${props.mayShutDown ? shutdownOf(props) : ''}`,
  )
}

/** After the hub was asked to end. */
export function hubEndingPage({
  hubPath,
  viewer,
}: Pick<HubPageProps, 'hubPath' | 'viewer'>): string {
  return layout(
    { title: 'The hub is ending', hubPath, viewer },
    html`<h1>The hub is ending</h1>
      <p role="status" class="panel">All replicas finish what is under way and end. Start the hub again where it runs.</p>`,
  )
}
