import { linkButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
import { serverTitle } from './server-state.ts'
import type { StartProps } from './start-form.ts'
import { startForm } from './start-form.ts'

export interface NotRunningPageProps extends StartProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  user: string
  server: string
  /** The server is on its way out: it can be started once it has stopped. */
  stopping?: boolean
}

function whatToDo({ mayStart, stopping = false, chosen }: NotRunningPageProps): Markup | '' {
  if (!mayStart) return html`<p>Ask its owner to start it.</p>`
  if (stopping) {
    return html`<p>Starting is possible once it has stopped. This page looks again by itself.</p>`
  }
  return chosen === '' ? '' : html`<p>It starts with: ${chosen}</p>`
}

/** For whoever went to a server that is not running (wire-contract §8.3). Starts nothing by itself. */
export function notRunningPage(props: NotRunningPageProps): string {
  const { hubPath, viewer, mayStart, stopping = false } = props
  const title = stopping ? 'Server is stopping' : 'Server not running'
  const server = serverTitle(props.user, props.server)
  const labels = { start: 'Start the server', choose: 'Choose options' }
  return layout(
    {
      title,
      hubPath,
      viewer,
      head: stopping ? html`<meta http-equiv="refresh" content="2">` : undefined,
    },
    html`<h1>${title}</h1>
      <p role="status" class="panel">${stopping ? `${server} is stopping.` : `${server} is not running.`}</p>
      ${whatToDo(props)}
      <div class="actions">
        ${mayStart && !stopping ? startForm(viewer, props, labels) : ''}
        ${linkButton({ label: 'Go to the home page', href: `${hubPath}home`, look: 'quiet' })}
      </div>`,
  )
}
