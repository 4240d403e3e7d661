import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import { layout, xsrfField } from '../layout.ts'

export interface LoginPageProps {
  /** `/hub/` */
  hubPath: string
  /** The pre-session token of this browser. */
  xsrf: string
  /** Where to go afterwards, as a checked path; empty for home. */
  next: string
  /** What was typed before, when the form comes back. */
  username?: string
  /** Why the form comes back. */
  error?: string
  /** Whether the visitor comes from signing out. */
  signedOut?: boolean
}

function notice({ error, signedOut = false }: LoginPageProps): Markup | '' {
  if (error !== undefined) {
    return html`<p id="login-error" role="alert" data-variant="error">${error}</p>`
  }
  return signedOut ? html`<p id="notice" class="notice" role="status">You are signed out.</p>` : ''
}

/** The sign-in form. The field that is to be filled in next has the focus. */
export function loginPage(props: LoginPageProps): string {
  const { error, hubPath, next, username = '' } = props
  const invited = next.startsWith(`${hubPath}accept-share?`)
  const told = error === undefined ? '' : html` aria-describedby="login-error"`
  const focus = html` autofocus`
  return layout(
    { title: 'Sign in', hubPath, address: invited ? `${hubPath}login` : undefined },
    html`<h1>Sign in</h1>
      ${notice(props)}
      <form class="narrow panel stack" method="post" action="${props.hubPath}login">
        ${xsrfField(props.xsrf)}
        <input type="hidden" name="next" value="${props.next}">
        <label for="username">Username</label>
        <input id="username" name="username" type="text" required autocomplete="username"
          autocapitalize="none" autocorrect="off" spellcheck="false" maxlength="255"
          value="${username}"${told}${username === '' ? focus : ''}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" required autocomplete="current-password"${told}${username === '' ? '' : focus}>
        <button type="submit">Sign in</button>
      </form>`,
  )
}
