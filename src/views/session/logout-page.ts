import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout, xsrfField } from '../layout.ts'

export interface LogoutPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
}

/** Asks before signing out: opening a link must not do it (threats.md P13). */
export function logoutPage(props: LogoutPageProps): string {
  const { hubPath, viewer } = props
  return layout(
    { title: 'Sign out', hubPath, viewer },
    html`<h1>Sign out?</h1>
      <p>Your servers keep running. Pages that are open lose their connection.</p>
      <form class="actions" method="post" action="${hubPath}logout">
        ${xsrfField(viewer.xsrf)}
        <button type="submit">Sign out</button>
        <button type="submit" class="outline" name="everywhere" value="1">Sign out everywhere</button>
        <a class="button outline" href="${hubPath}home">Stay signed in</a>
      </form>`,
  )
}
