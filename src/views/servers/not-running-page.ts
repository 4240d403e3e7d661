import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout, xsrfField } from '../layout.ts'
import { serverTitle } from './server-state.ts'

export interface NotRunningPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  user: string
  server: string
  startHref: string
  /** Where to go once it runs, as a checked path; empty for the server itself. */
  next: string
  /** Whether the viewer may start it. */
  mayStart: boolean
  /** The server is on its way out: it can be started once it has stopped. */
  stopping?: boolean
}

function startForm(props: NotRunningPageProps): unknown {
  if (!props.mayStart) return html`<p>Ask its owner to start it.</p>`
  if (props.stopping === true) {
    return html`<p>Starting is possible once it has stopped. This page looks again by itself.</p>`
  }
  return html`<form class="actions" method="post" action="${props.startHref}">
        ${xsrfField(props.viewer.xsrf)}
        <input type="hidden" name="next" value="${props.next}">
        <button type="submit">Start the server</button>
        <a class="button outline" href="${props.hubPath}home">Go to the home page</a>
      </form>`
}

/** For whoever went to a server that is not running (wire-contract §8.3). Starts nothing by itself. */
export function notRunningPage(props: NotRunningPageProps): string {
  const { hubPath, viewer } = props
  const stopping = props.stopping === true
  const title = stopping ? 'Server is stopping' : 'Server not running'
  const server = serverTitle(props.user, props.server)
  return layout(
    {
      title,
      hubPath,
      viewer,
      head: stopping ? html`<meta http-equiv="refresh" content="2">` : undefined,
    },
    html`<h1>${title}</h1>
      <p role="status" class="panel">${stopping ? `${server} is stopping.` : `${server} is not running.`}</p>
      ${startForm(props)}`,
  )
}
