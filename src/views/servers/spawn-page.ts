import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout, xsrfField } from '../layout.ts'
import { serverTitle } from './server-state.ts'

export interface SpawnPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Whose server; empty name for the default one. */
  user: string
  server: string
  /** Where the form goes. */
  startHref: string
  /** Where to go once it runs, as a checked path; empty for the server itself. */
  next: string
}

/** Asks before a server is started: opening a link must not start anything. */
export function spawnPage(props: SpawnPageProps): string {
  const { hubPath, viewer } = props
  const title = `Start ${serverTitle(props.user, props.server)}`
  return layout(
    { title, hubPath, viewer },
    html`<h1>${title}</h1>
      <p>It is not running. Starting takes from a second to a minute.</p>
      <form class="actions" method="post" action="${props.startHref}">
        ${xsrfField(viewer.xsrf)}
        <input type="hidden" name="next" value="${props.next}">
        <button type="submit">Start</button>
        <a class="button outline" href="${hubPath}home">Not now</a>
      </form>`,
  )
}
