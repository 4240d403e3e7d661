import { linkButton, postForm, submitButton } from '../controls.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
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
  const { hubPath, viewer, owner, code, next, ready } = props
  const title = 'You are invited'
  const server = serverTitle(owner, props.server)
  const form = {
    viewer,
    action: `${hubPath}accept-share`,
    fields: { code, next },
    class: 'actions',
  }
  const buttons = [
    submitButton({ label: 'Accept' }),
    linkButton({ label: 'Not now', href: `${hubPath}home`, look: 'quiet' }),
  ]
  return layout(
    { title, hubPath, viewer, address: `${hubPath}accept-share` },
    html`<h1>${title}</h1>
      <div class="panel">
        <p>You, <strong>${viewer.name}</strong>, can use <strong>${server}</strong>. If you accept, you will be able to:</p>
        <ul>${props.permissions.map((permission) => html`<li>${permission}</li>`)}</ul>
        <p class="help">This is for that server only.</p>
      </div>
      <p><strong>Accept only if you trust ${owner}.</strong> What runs there was put there by ${owner}, who can see what you do in it.</p>
      ${ready ? '' : html`<p class="muted">The server is not running now. You may have to ask ${owner} to start it.</p>`}
      ${postForm(form, buttons)}`,
  )
}
