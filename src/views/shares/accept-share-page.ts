import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout, xsrfField } from '../layout.ts'
import { serverTitle } from '../servers/server-state.ts'

export interface AcceptSharePageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** What the form sends on; it is in the page only. */
  code: string
  /** Whose server; empty name for the default one. */
  owner: string
  server: string
  /** Whether it can be opened right away. */
  ready: boolean
  /** What the viewer will be able to do, a sentence each. */
  permissions: readonly string[]
  /** Where to go once it is accepted, as a checked path; empty for the server itself. */
  next: string
}

/** Asks before an invitation to a server is accepted: opening a link must not accept it. */
export function acceptSharePage(props: AcceptSharePageProps): string {
  const { hubPath, viewer, owner } = props
  const title = 'Accept an invitation'
  const server = serverTitle(owner, props.server)
  return layout(
    { title, hubPath, viewer },
    html`<h1>${title}</h1>
      <p>Whoever sent you here lets you, ${viewer.name}, use <strong>${server}</strong>. You will be able to:</p>
      <ul>${props.permissions.map((permission) => html`<li>${permission}</li>`)}</ul>
      <p>This is for that server only. What runs there was put there by ${owner}: accept only if you trust them.</p>
      ${props.ready ? '' : html`<p role="status" class="panel">The server is not running now. You may have to ask ${owner} to start it.</p>`}
      <form class="actions" method="post" action="${hubPath}accept-share">
        ${xsrfField(viewer.xsrf)}
        <input type="hidden" name="code" value="${props.code}">
        <input type="hidden" name="next" value="${props.next}">
        <button type="submit">Accept</button>
        <a class="button outline" href="${hubPath}home">Not now</a>
      </form>`,
  )
}
